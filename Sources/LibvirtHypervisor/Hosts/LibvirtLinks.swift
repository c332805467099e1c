import Fleet
import Synchronization

/// Connections and jobs that the drivers of one process share; one for the life of the process.
package final class LibvirtLinks: Sendable {
  let jobs = JobRegistry()
  private let hosts = Mutex<[String: LibvirtHost]>([:])

  package init() {}

  func host(_ name: HostName, _ uri: HostURI) -> LibvirtHost {
    hosts.withLock { hosts in
      let key = "\(name) \(uri.text)"
      if let host = hosts[key] { return host }
      let host = LibvirtHost(name: name, uri: uri)
      hosts[key] = host
      return host
    }
  }
}
