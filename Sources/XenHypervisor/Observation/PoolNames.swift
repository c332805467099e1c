import Fleet

/// Names of storages and networks as manifests and people use them: the label, and a part of the uuid where a label is not enough.
struct PoolNames: Sendable {
  private let storageNames: [String: String]
  private let networkNames: [String: String]

  private static let uuidDigits = 8

  init(_ records: PoolRecords) {
    networkNames = Self.unique(records.networks, among: { _ in [""] })
    var hosts: [String: Set<String>] = [:]
    for plug in records.plugs.values {
      if let storage = plug.reference("SR"), let host = plug.reference("host") { hosts[storage, default: []].insert(host) }
    }
    // Hosts have local storages of the same label, and that is how a copy finds its place; two on one host must be told apart.
    storageNames = Self.unique(records.storages, among: { hosts[$0] ?? [] })
  }

  private static func unique(_ table: [String: XenRecord], among places: (String) -> Set<String>) -> [String: String] {
    var seen: [String: Int] = [:]
    for (reference, record) in table { for place in places(reference) { seen["\(place) \(record.name)", default: 0] += 1 } }
    var names: [String: String] = [:]
    for (reference, record) in table {
      let isAlone = places(reference).allSatisfy { seen["\($0) \(record.name)"] == 1 } && !record.name.isEmpty
      names[reference] = isAlone ? record.name : "\(record.name) \(record.uuid.prefix(uuidDigits))"
    }
    return names
  }

  func storage(_ reference: String) -> StorageID { StorageID(storageNames[reference] ?? "unknown") }
  func network(_ reference: String) -> String { networkNames[reference] ?? "unknown" }
}
