import Fleet

/// Which migration slots are taken: a cell's total, and each host's, both ways together and each way.
struct SlotLedger: Sendable {
  private var limits: [CellName: MigrationLimits]
  private var total: [CellName: Int] = [:]
  private var incoming: [HostName: Int] = [:]
  private var outgoing: [HostName: Int] = [:]

  init(limits: [CellName: MigrationLimits]) { self.limits = limits }

  func hasRoom(for move: Move) -> Bool {
    let limit = limits[move.cell] ?? MigrationLimits()
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
    precondition(total[move.cell, default: 0] >= 0, "a slot is freed once")
  }
}
