/// Searches a small or middling part of a problem whole: its cheapest end, or that there is none.
///
/// Hops and order are left out of account: an end counts by where items start and end.
package struct TargetSearch {
  private let problem: PlacementProblem

  private let pace: SearchPace

  package init(_ problem: PlacementProblem, pace: SearchPace = .usual) {
    self.problem = problem
    self.pace = pace
  }

  /// `from`: the best end known, or where to start looking. `lower`: a weight proved to be a bound. A step is one literal that a search makes true.
  package func run(from: [Int]?, lower: Int, budget: inout StepBudget) -> TargetSearchOutcome {
    let start = problem.items.map(\.start)
    let known = from.flatMap { problem.problems(ofTarget: $0).isEmpty ? $0 : nil }
    var outcome = TargetSearchOutcome(
      target: known, weight: known.map(problem.weight(ofTarget:)) ?? 0, bound: max(0, lower), isSearchedWhole: false)
    if known != nil, outcome.weight <= lower {
      outcome.isSearchedWhole = true
      return outcome
    }
    guard let model = TargetModel(problem, near: from ?? start, pace: pace) else { return outcome }
    var search = CoreSearch(model, best: known)
    search.run(enough: lower, budget: &budget)
    outcome.target = search.best
    outcome.weight = search.best == nil ? 0 : search.bestWeight
    outcome.isSearchedWhole = search.isClosed
    outcome.bound = max(outcome.bound, search.isClosed && search.best != nil ? search.bestWeight : min(search.bound, search.bestWeight))
    return outcome
  }
}

/// What a search for the cheapest end came to.
package struct TargetSearchOutcome: Sendable, Equatable {
  /// The cheapest end known; nil: none is.
  package var target: [Int]?
  /// Summed weight of `target`; 0 without one.
  package var weight: Int
  /// No end weighs less, also where the search was cut short; without meaning if there is none.
  package var bound: Int
  /// True: `target` is a cheapest end, or, if it is nil, there is none.
  package var isSearchedWhole: Bool
}
