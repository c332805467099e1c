/// What `reconcile get` lists.
package enum GetKind: String, Sendable, CaseIterable {
  case hosts, instances, moves, rules, cells, storages

  package var singular: String { String(rawValue.dropLast()) }
  /// `kind` of the JSON document, such as `HostList`.
  package var listKind: String { singular.prefix(1).uppercased() + singular.dropFirst() + "List" }

  /// `hosts` or `host`, in capitals or not; nil: it is neither of any kind.
  package init?(word: String) {
    let word = word.lowercased()
    guard let kind = Self.allCases.first(where: { $0.rawValue == word || $0.singular == word }) else { return nil }
    self = kind
  }

  /// What other tools call them.
  package static func elsewhere(_ word: String) -> GetKind? {
    switch word.lowercased() {
    case "node", "nodes", "hypervisor", "hypervisors", "no": .hosts
    case "vm", "vms", "guest", "guests", "domain", "domains", "server", "servers", "pod", "pods": .instances
    case "migration", "migrations", "job", "jobs", "operation", "operations": .moves
    case "policy", "policies", "constraint", "constraints", "placementrule", "placementrules": .rules
    case "cluster", "clusters", "site", "sites": .cells
    case "pool", "pools", "sr", "srs", "storage-pool", "storage-pools", "pv", "volume", "volumes": .storages
    default: nil
    }
  }
}
