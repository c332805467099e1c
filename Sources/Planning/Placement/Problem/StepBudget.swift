/// Steps of search that are left; what a search does between two steps is bounded by the size of the problem.
package struct StepBudget: Sendable, Equatable {
  package private(set) var left: Int
  /// How a search that used it contradicted itself: the first one's words. It answers nothing then, so that nothing is proved by it.
  package private(set) var failure: PlannerFailure?

  package init(_ steps: Int) { left = max(0, steps) }

  package var isSpent: Bool { left == 0 }

  /// Takes steps; false when there were not so many left.
  @discardableResult package mutating func spend(_ steps: Int = 1) -> Bool {
    guard left >= steps else {
      left = 0
      return false
    }
    left -= steps
    return true
  }

  /// Takes a share out of it: what the share leaves is given back with `giveBack`.
  package mutating func take(_ steps: Int) -> StepBudget {
    let share = min(max(0, steps), left)
    left -= share
    return StepBudget(share)
  }

  package mutating func giveBack(_ rest: StepBudget) {
    left += rest.left
    if let failure = rest.failure { fail(failure) }
  }

  package mutating func fail(_ failure: PlannerFailure) { self.failure = self.failure ?? failure }
}
