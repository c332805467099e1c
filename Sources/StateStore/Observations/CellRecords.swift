import Fleet

/// A cell's observation taken apart by host, and put together again.
enum CellRecords {
  /// The key of the instances that no host holds.
  static let noHost = HostName("")

  static func split(_ cell: CellObservation) -> [(host: HostName, record: HostRecord)] {
    var records: [HostName: HostRecord] = [:]
    records.reserveCapacity(cell.hosts.count + 1)
    for host in cell.hosts { records[host.name] = HostRecord(host: host, instances: []) }
    for instance in cell.instances {
      records[instance.host ?? noHost, default: HostRecord(host: nil, instances: [])].instances.append(instance)
    }
    return records.map { (host: $0.key, record: $0.value) }.sorted { $0.host < $1.host }
  }

  /// Hosts by name, instances by uuid, then host, as a `CellObservation` has them.
  static func join(_ name: CellName, _ records: [HostRecord]) -> CellObservation {
    let instances = records.flatMap(\.instances).sorted {
      $0.uuid == $1.uuid ? ($0.host ?? noHost) < ($1.host ?? noHost) : $0.uuid < $1.uuid
    }
    return CellObservation(name: name, hosts: records.compactMap(\.host).sorted { $0.name < $1.name }, instances: instances)
  }
}
