import Fleet
import StateStore

/// What the state store knows of hosts by name.
struct KnownHosts: Sendable {
  /// What hosts last showed that no manifest names any more, or only to say that they are gone.
  private(set) var left: [CellName: [HostName: HostRecord]] = [:]
  /// Hosts that ever answered under their name.
  private(set) var answered: [CellName: Set<HostName>] = [:]
  /// Hosts of moves that are open, or that a person must look at: their names are those of the journal.
  private(set) var unsettled: [CellName: Set<HostName>] = [:]

  /// Moves of a name that are searched for the one a person must look at.
  private static let movesSearchedMax = 10

  init(_ store: StateStore, _ desired: DesiredFleet) throws {
    for cell in desired.cells {
      let inUse = Self.inUse(desired, cell.name)
      left[cell.name] = try store.lastRecords(cell.name, except: inUse)
      if left[cell.name]?.isEmpty == false { answered[cell.name] = try store.hostsThatAnswered(cell.name) }
    }
    guard left.values.contains(where: { !$0.isEmpty }) else { return }
    for open in try store.openOperations().map(\.record.operation) { unsettled[open.cell, default: []].formUnion(open.hosts) }
    for (uuid, item) in try store.needsHuman() {
      guard let name = item.instance else { continue }
      let moves = try store.operations(limit: Self.movesSearchedMax, instance: name).compactMap(\.move).filter { $0.uuid == uuid }
      for move in moves { unsettled[move.cell, default: []].formUnion([move.from, move.to]) }
    }
  }

  static func inUse(_ desired: DesiredFleet, _ cell: CellName) -> Set<HostName> {
    Set(desired.hosts.filter { $0.cell == cell && !$0.decommissioned }.map(\.name))
  }
}
