import Fleet

/// Which migration slots are taken: a cell's total, each host's, both ways together and each way, and those of copied disks.
struct SlotLedger: Sendable {
  private let limits: [CellName: MigrationLimits]
  /// Moves with copied disks that a host of the cell takes part in at once, as its hypervisor will have it; absent: any number.
  private let copiesPerHostMax: [CellName: Int]
  private var total: [CellName: Int] = [:]
  private var incoming: [HostName: Int] = [:]
  private var outgoing: [HostName: Int] = [:]
  private var copies: [HostName: Int] = [:]

  init(limits: [CellName: MigrationLimits], copiesPerHostMax: [CellName: Int]) {
    self.limits = limits
    self.copiesPerHostMax = copiesPerHostMax
  }

  func hasRoom(for operation: Operation) -> Bool {
    let (cell, source, destination) = (operation.cell, operation.source, operation.destination)
    let limit = limits[cell] ?? MigrationLimits()
    if operation.copiesDisks, let most = copiesPerHostMax[cell], max(copies[source, default: 0], copies[destination, default: 0]) >= most {
      return false
    }
    func busy(_ host: HostName) -> Int { incoming[host, default: 0] + outgoing[host, default: 0] }
    return total[cell, default: 0] < limit.total && busy(source) < limit.perHost && busy(destination) < limit.perHost
      && outgoing[source, default: 0] < limit.perHostOutgoing && incoming[destination, default: 0] < limit.perHostIncoming
  }

  mutating func take(_ operation: Operation) { change(operation, by: 1) }
  mutating func free(_ operation: Operation) { change(operation, by: -1) }

  private mutating func change(_ operation: Operation, by amount: Int) {
    total[operation.cell, default: 0] += amount
    outgoing[operation.source, default: 0] += amount
    incoming[operation.destination, default: 0] += amount
    if operation.copiesDisks { for host in [operation.source, operation.destination] { copies[host, default: 0] += amount } }
    precondition(total[operation.cell, default: 0] >= 0, "a slot is freed once")
  }
}

extension Operation {
  fileprivate var copiesDisks: Bool { move?.disks.contains { $0.action == .copy } ?? false }
}
