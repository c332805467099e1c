package import Fleet

/// Who writes the journal, and how hosts are reached now.
package struct JournalAuthor: Sendable, Equatable {
  package var writer: WriterID
  package var epoch: Int
  package var endpoints: [HostName: HostEndpoint]

  package init(writer: WriterID, epoch: Int, endpoints: [HostName: HostEndpoint]) {
    self.writer = writer
    self.epoch = epoch
    self.endpoints = endpoints
  }

  func endpoint(_ host: HostName) -> HostEndpoint { endpoints[host] ?? HostEndpoint(name: host, uri: "") }
}
