import Fleet

/// What the hosts of a pool are called here: declared ones by their manifest, all others by their label in the pool.
struct PoolMembers {
  /// Declared hosts that the pool has.
  private(set) var declared: [HostName: String] = [:]
  /// Hosts of the pool that no manifest names.
  private(set) var undeclared: [HostName: String] = [:]

  /// Bytes of a label that is taken for a name; a longer one is called by its uuid.
  private static let labelBytesMax = 253

  init(_ hosts: some Sequence<DesiredHost>, _ records: PoolRecords) {
    let wanted = Dictionary(hosts.map { ($0.name, $0.connection ?? $0.name.rawValue) }, uniquingKeysWith: { first, _ in first })
    for (name, text) in wanted {
      let found = records.hosts.filter { $0.value.uuid == text || $0.value.name == text }
      if found.count == 1 { declared[name] = found.first?.key }
    }
    let taken = Set(declared.values)
    let labels = Dictionary(grouping: records.hosts.values, by: \.name).mapValues(\.count)
    for (reference, record) in records.hosts where !taken.contains(reference) {
      let label = record.name
      let isName =
        labels[label] == 1 && wanted[HostName(label)] == nil && !label.isEmpty && label.utf8.count <= Self.labelBytesMax
        && label.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
      undeclared[HostName(isName ? label : record.uuid)] = reference
    }
  }

  /// What the pool calls a host that has another name here, in brackets.
  static func bracket(_ host: HostName, _ label: String?) -> String {
    guard let label, !label.isEmpty, label != host.rawValue else { return "" }
    return " (\(label.prefix(labelBytesMax)) in the pool)"
  }

  subscript(_ host: HostName) -> String? { declared[host] ?? undeclared[host] }
}
