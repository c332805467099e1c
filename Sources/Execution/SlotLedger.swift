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

  func hasRoom(for move: Move) -> Bool {
    let limit = limits[move.cell] ?? MigrationLimits()
    if move.copiesDisks, let most = copiesPerHostMax[move.cell], max(copies[move.from, default: 0], copies[move.to, default: 0]) >= most {
      return false
    }
    func busy(_ host: HostName) -> Int { incoming[host, default: 0] + outgoing[host, default: 0] }
    return total[move.cell, default: 0] < limit.total && busy(move.from) < limit.perHost && busy(move.to) < limit.perHost
      && outgoing[move.from, default: 0] < limit.perHostOutgoing && incoming[move.to, default: 0] < limit.perHostIncoming
  }

  mutating func take(_ move: Move) { change(move, by: 1) }
  mutating func free(_ move: Move) { change(move, by: -1) }

  private mutating func change(_ move: Move, by amount: Int) {
    total[move.cell, default: 0] += amount
    outgoing[move.from, default: 0] += amount
    incoming[move.to, default: 0] += amount
    if move.copiesDisks { for host in [move.from, move.to] { copies[host, default: 0] += amount } }
    precondition(total[move.cell, default: 0] >= 0, "a slot is freed once")
  }
}

extension Move {
  fileprivate var copiesDisks: Bool { disks.contains { $0.action == .copy } }
}
