import Fleet

/// Where a guest may have a copy: all hosts of its cell, and those that showed it last though no manifest names them any more.
struct CopySearch: Sendable {
  let hosts: [CellName: [HostName: DesiredHost]]
  /// Hosts that showed the guest when they last answered; nil: that is not known.
  let lastShowing: @Sendable (InstanceUUID, CellName) async -> Set<HostName>?

  init(
    hosts: [CellName: [HostName: DesiredHost]],
    lastShowing: @escaping @Sendable (InstanceUUID, CellName) async -> Set<HostName>? = { _, _ in [] }
  ) {
    self.hosts = hosts
    self.lastShowing = lastShowing
  }

  struct Places: Sendable {
    /// Sorted by name.
    let hosts: [HostName]
    fileprivate let declared: [HostName: DesiredHost]
    fileprivate let lastShowing: Set<HostName>?

    /// A host that does not answer and cannot have a copy: it is gone for good, or switched off for its maintenance and was seen without.
    func isRuledOut(_ host: HostName) -> Bool {
      guard let desired = declared[host] else { return false }
      if desired.decommissioned { return true }
      guard desired.maintenance != nil, let lastShowing else { return false }
      return !lastShowing.contains(host)
    }
  }

  func places(of uuid: InstanceUUID, in cell: CellName) async -> Places {
    let declared = hosts[cell] ?? [:]
    let lastShowing = await lastShowing(uuid, cell)
    return Places(hosts: Set(declared.keys).union(lastShowing ?? []).sorted(), declared: declared, lastShowing: lastShowing)
  }

  /// The operator's word that the host is off for good.
  func isGoneForGood(_ host: HostName, _ cell: CellName) -> Bool { hosts[cell]?[host]?.decommissioned == true }
}
