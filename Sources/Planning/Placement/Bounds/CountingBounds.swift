/// Lower bounds that need no search, cheapest first: forced moves, overloaded hosts, groups, slots.
///
/// They hold for any executable plan, since only its end is looked at. Meant for one independent part of a problem at a time (`parts()`): the slot
/// bound pools all hosts it sees.
package struct CountingBounds {
  private let facts: BoundFacts
  private let lists: OverloadBound
  private let staying: [Int]
  /// Items that may not stay.
  private let forced: [Int]

  package init(_ problem: PlacementProblem) {
    let facts = BoundFacts(problem)
    self.facts = facts
    lists = OverloadBound(facts)
    staying = lists.stayingUse()
    forced = problem.items.indices.filter { !facts.stays[$0] }
  }

  /// The best sum of parts that share no item.
  package func best() -> BoundProof {
    let groups = GroupBound(facts).parts()
    var best = proof(with: [])
    let joined = groups.isEmpty ? best : proof(with: groups)
    if joined.value > best.value { best = joined }
    guard let slot = SlotBound(facts, lists, staying: staying, forced: forced).best() else { return best }
    let slots = BoundProof(value: forcedPart(isCounted: nil).value + slot.value, parts: [.forced(forcedPart(isCounted: nil)), .slot(slot)])
    return slots.value > best.value ? slots : best
  }

  /// Forced moves and overloaded hosts alone: what a first solution is held against.
  package func quick() -> BoundProof { proof(with: []) }

  private func proof(with groups: [GroupPart]) -> BoundProof {
    var isCounted = [Bool](repeating: false, count: facts.problem.items.count)
    for part in groups { for member in facts.problem.groups[part.group].members { isCounted[member] = true } }
    var parts = groups.map(BoundPart.group)
    let forced = forcedPart(isCounted: isCounted)
    if !forced.items.isEmpty { parts.insert(.forced(forced), at: 0) }
    for host in facts.problem.hosts.indices {
      if let part = lists.part(host, staying: staying, isCounted: isCounted) { parts.append(.overload(part)) }
    }
    return BoundProof(value: parts.reduce(0) { $0 + $1.value }, parts: parts)
  }

  /// An item that no host could take has no least weight; it is an obstruction, and here it weighs nothing.
  private func forcedPart(isCounted: [Bool]?) -> ForcedPart {
    var part = ForcedPart(items: [], value: 0)
    for item in forced where !(isCounted?[item] ?? false) {
      guard let least = facts.least[facts.problem.items[item].classID] else { continue }
      part.items.append(item)
      part.value += least
    }
    return part
  }
}
