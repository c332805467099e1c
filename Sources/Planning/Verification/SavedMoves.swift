package import Fleet

/// Whether a saved plan says what facts and manifests make of it now: whatever they determine is worked out again and compared, so that a
/// plan file decides which of the legal moves are made, and never what a move does.
package enum SavedMoves {
  /// What differs, each a sentence that names the move; empty: nothing does. The plan passed `PlanChecker`.
  package static func differences(_ plan: Plan, _ input: PlanningInput) -> [String] {
    let policies = PolicyTable(input.desired)
    var problems: [String] = []
    for cell in PlanChecker.cells(plan, input) where !cell.moves.isEmpty {
      problems += differences(cell, policies)
      problems += needless(cell, input)
    }
    return problems
  }

  // MARK: what a move does

  private static func differences(_ cell: CheckedCell, _ policies: PolicyTable) -> [String] {
    var bodies: [InstanceUUID: InstanceObservation] = [:]
    return cell.moves.flatMap { move -> [String] in
      let tag = "\(move.id) (\(move.instance) \(move.from) to \(move.to))"
      guard let guest = bodies[move.uuid] ?? cell.body(move.uuid), let from = cell.facts[move.from], let to = cell.facts[move.to] else {
        return ["\(tag): it is not there"]
      }
      let manifest = cell.manifests[move.uuid]
      let terms = MoveTerms(
        declared: manifest, policy: policies.policy(manifest?.policy ?? cell.desired.migrationPolicy), cell: cell.desired)
      switch MoveFeasibility.option(for: guest, from: from, to: to, terms: terms) {
      case .failure(let refusal): return ["\(tag): \(refusal.text)"]
      case .success(let option):
        if move.hop { bodies[move.uuid] = MoveFeasibility.relocated(guest, from: from, to: to) }
        return differences(move, option).map { "\(tag): \($0)" }
      }
    }
  }

  private static func differences(_ move: Move, _ option: MoveOption) -> [String] {
    var found: [String] = []
    if move.mode != option.mode { found.append("the plan says \(move.mode.rawValue), facts and manifest say \(option.mode.rawValue)") }
    if move.storage != option.storage {
      found.append("the plan says its storage is \(move.storage.rawValue), the facts say \(option.storage.rawValue)")
    }
    if move.disks != option.disks {
      let planned = Dictionary(move.disks.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
      let other = option.disks.first { planned[$0.target] != $0 }?.target ?? move.disks.first?.target ?? ""
      found.append("what the plan does with disk \(other) is not what the facts make of it (pool, volume, media or bytes)")
    }
    if move.bytes != option.bytes { found.append("the plan says \(move.bytes) bytes, the facts say \(option.bytes)") }
    if move.cost != option.cost { found.append("the plan says cost \(move.cost), the facts say \(option.cost)") }
    return found
  }

  // MARK: what a move is good for

  /// Guests whose moves could be left out: the rest stays legal, and ends no worse.
  private static func needless(_ cell: CheckedCell, _ input: PlanningInput) -> [String] {
    let whole = PlanChecker.end(of: cell, input)
    guard whole.problems.isEmpty else { return [] }
    var asked: Set<InstanceUUID> = []
    return cell.moves.compactMap { move in
      // A guest that may not stay where it is has its reason in itself, which the checker looked at.
      guard !move.hop, [.makeRoom, .rule, .overload].contains(move.reason.kind), asked.insert(move.uuid).inserted else { return nil }
      var rest = cell
      rest.moves.removeAll { $0.uuid == move.uuid }
      let ids = Set(rest.moves.map(\.id))
      for index in rest.moves.indices { rest.moves[index].after.removeAll { !ids.contains($0) } }
      let without = PlanChecker.end(of: rest, input)
      guard without.problems.isEmpty, without.faults <= whole.faults, without.excess <= whole.excess else { return nil }
      return "\(move.id) (\(move.instance) \(move.from) to \(move.to)): it mends nothing; without it the fleet ends no worse"
    }
  }
}
