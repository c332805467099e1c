/// What a repair ends with.
package struct RepairOutcome: Sendable, Equatable {
  /// Host of every item; those for which no place was found are at their start.
  package var target: [Int]
  /// Items that may not be where they are, ascending.
  package var unplaced: [Int]
  /// Groups that are not kept, ascending.
  package var brokenGroups: [Int]
  /// Hosts that are over though they should not be, ascending.
  package var overHosts: [Int]
  /// Summed weight of the moves.
  package var weight: Int

  /// True if the target is an end: everything has a place and every rule is kept.
  package var isComplete: Bool { unplaced.isEmpty && brokenGroups.isEmpty && overHosts.isEmpty }

  /// What is wrong with a target of the problem.
  package init(_ problem: PlacementProblem, target: [Int]) {
    self.target = target
    weight = problem.weight(ofTarget: target)
    var homeless = Set<Int>()
    var broken = Set<Int>()
    var over = Set<Int>()
    for finding in problem.problems(ofTarget: target) {
      switch finding {
      case .mayNotStay(let item), .mayNotEnd(let item, _): homeless.insert(item)
      case .isOver(let host): over.insert(host)
      case .isBroken(let group): broken.insert(group)
      }
    }
    unplaced = homeless.sorted()
    brokenGroups = broken.sorted()
    overHosts = over.sorted()
  }
}
