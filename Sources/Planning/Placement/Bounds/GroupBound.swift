/// Moves that groups force on their members, group by group: see `GroupPart`.
struct GroupBound {
  /// Members of a group up to which it is looked at.
  static let membersMax = 512
  /// Steps of the assignments of all groups together; groups that do not fit in any more are left out.
  static let stepsMax = 1 << 29

  private let facts: BoundFacts

  init(_ facts: BoundFacts) { self.facts = facts }

  /// Groups that force more than their forced members' moves, sharing no member; those that force most first.
  func parts() -> [GroupPart] {
    var budget = StepBudget(Self.stepsMax)
    var found: [(surplus: Int, part: GroupPart)] = []
    for group in facts.problem.groups.indices where facts.problem.groups[group].members.count <= Self.membersMax {
      guard case .bounded(let part) = bound(group, &budget) else { continue }
      let surplus = part.value - forcedWeight(group)
      if surplus > 0 { found.append((surplus, part)) }
    }
    found.sort { ($1.surplus, $0.part.group) < ($0.surplus, $1.part.group) }
    var isTaken = [Bool](repeating: false, count: facts.problem.items.count)
    var parts: [GroupPart] = []
    for (_, part) in found where !facts.problem.groups[part.group].members.contains(where: { isTaken[$0] }) {
      for member in facts.problem.groups[part.group].members { isTaken[member] = true }
      parts.append(part)
    }
    return parts.sorted { $0.group < $1.group }
  }

  enum Outcome {
    case bounded(GroupPart)
    /// It cannot be kept.
    case impossible(GroupPart)
    /// Out of budget, or nothing to say.
    case unknown
  }

  func bound(_ group: Int, _ budget: inout StepBudget) -> Outcome {
    switch facts.problem.groups[group].kind {
    case .separate, .spread: return GroupTransport(facts, group)?.outcome(&budget) ?? .unknown
    case .together:
      let part = GroupPart(group: group, levels: [], value: 0)
      switch GroupCheck(facts.ends).value(of: part) {
      case .atLeast(let value): return .bounded(GroupPart(group: group, levels: [], value: value))
      case .impossible: return .impossible(part)
      case .nothing: return .unknown
      }
    }
  }

  private func forcedWeight(_ group: Int) -> Int {
    facts.problem.groups[group].members.reduce(0) { sum, member in
      facts.stays[member] ? sum : sum + (facts.least[facts.problem.items[member].classID] ?? 0)
    }
  }
}
