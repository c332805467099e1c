/// Finds the cheapest values of a model by the wishes that cannot all be met: each such core raises the bound by the least weight in it, and from then
/// on one of its wishes may go unmet for free, but not two.
///
/// Morgado, Dodaro and Marques-Silva, "Core-guided MaxSAT with soft cardinality constraints" (2014); strata after Ansótegui et al. (2013).
struct CoreSearch {
  /// Wishes of one core of which some go unmet.
  private struct Core {
    var unmet: [Literal]
    /// By k from 1: true only if at most k of them go unmet.
    var steps: [Literal]
  }

  var model: TargetModel
  /// Weight that no end goes below.
  private(set) var bound: Int
  private(set) var best: [Int]?
  private(set) var bestWeight: Int
  /// Nothing is left to be looked for: `best` is cheapest, or there is no end.
  private(set) var isClosed = false

  /// By literal: what it costs if it is false, beyond what the bound has of it.
  private var weights: [Int] = []
  /// In the order in which they were made.
  private var wishes: [Literal] = []
  private var cores: [Core] = []
  /// By variable of a step: its core and how many it lets go.
  private var stepOf: [Int: (core: Int, count: Int)] = [:]
  /// Wishes of less weight are left out for now.
  private var stratum = Int.max

  /// Cores of more wishes are not made smaller one wish at a time, and conflicts spent on one wish.
  private static let shrunkMax = 64
  private static let shrinkConflictsMax = 60

  init(_ model: TargetModel, best: [Int]?) {
    self.model = model
    self.best = best
    bestWeight = best.map(model.problem.weight(ofTarget:)) ?? .max
    bound = model.leastWeight
    for wish in model.wishes { want(wish.literal, wish.weight) }
  }

  /// `enough`: an end of that weight is known to be the cheapest.
  mutating func run(enough: Int, budget: inout StepBudget) {
    if best == nil {
      guard answer([], &budget) else { return }
    }
    lowerStratum()
    while !isClosed {
      if bestWeight <= max(bound, enough) {
        isClosed = true
        return
      }
      forbidDear()
      guard answer(assumptions(), &budget) else { return }
    }
  }

  /// One answer of the conflict search and what follows from it; false: out of budget.
  private mutating func answer(_ assumptions: [Literal], _ budget: inout StepBudget) -> Bool {
    switch model.search.run(assumptions, budget: &budget) {
    case .outOfBudget: return false
    case .refused(let core):
      if core.isEmpty { isClosed = true } else { pay(shrunk(core, &budget)) }
    case .found:
      take(model.target())
      guard best != nil else { return false }
      model.search.backtrack(to: 0)
      if stratum <= 1 {
        // An end that meets every wish costs the bound; one that does not would be a mistake, and proves nothing.
        guard bestWeight == bound else { return false }
        isClosed = true
      } else if stratum < .max {
        lowerStratum()
      }
    }
    return true
  }

  private mutating func take(_ target: [Int]) {
    let weight = model.problem.weight(ofTarget: target)
    guard weight < bestWeight else { return }
    guard model.problem.problems(ofTarget: target).isEmpty else { return }
    best = target
    bestWeight = weight
  }

  // MARK: - Wishes

  private mutating func want(_ literal: Literal, _ weight: Int) {
    while weights.count <= literal.index { weights.append(0) }
    if weights[literal.index] == 0 { wishes.append(literal) }
    weights[literal.index] += weight
  }

  /// The dearest first.
  private mutating func assumptions() -> [Literal] {
    wishes = wishes.filter { weights[$0.index] > 0 }
    let now = wishes.filter { weights[$0.index] >= stratum }
    return now.enumerated().sorted { (weights[$1.element.index], $0.offset) < (weights[$0.element.index], $1.offset) }.map(\.element)
  }

  /// Takes in wishes down to half the weight of the dearest left out.
  private mutating func lowerStratum() {
    let next = wishes.reduce(0) { weights[$1.index] < stratum ? max($0, weights[$1.index]) : $0 }
    stratum = max(1, next / 2)
  }

  /// What no cheaper end than the best can leave unmet holds from now on.
  private mutating func forbidDear() {
    guard best != nil else { return }
    model.search.backtrack(to: 0)
    for wish in wishes where weights[wish.index] > 0 && weights[wish.index] >= bestWeight - bound {
      model.search.addClause([wish])
      weights[wish.index] = 0
    }
  }

  // MARK: - Cores

  private mutating func shrunk(_ core: [Literal], _ budget: inout StepBudget) -> [Literal] {
    var core = core
    guard core.count > 1, core.count <= Self.shrunkMax else { return core }
    // Cheap wishes are the first to go, so that what is left raises the bound most.
    for literal in core.sorted(by: { (weights[$0.index], $0.code) < (weights[$1.index], $1.code) }) where core.contains(literal) {
      let rest = core.filter { $0 != literal }
      guard !rest.isEmpty else { break }
      if case .refused(let smaller) = model.search.run(rest, conflictsMax: Self.shrinkConflictsMax, budget: &budget) {
        core = smaller
        if core.count < 2 { break }
      }
    }
    return core
  }

  private mutating func pay(_ core: [Literal]) {
    model.search.backtrack(to: 0)
    guard let least = core.map({ weights[$0.index] }).min() else {
      isClosed = true
      return
    }
    bound += least
    for literal in core { weights[literal.index] -= least }
    for literal in core { if let step = stepOf[literal.variable] { addStep(step.core, step.count + 1, least) } }
    model.search.addClause(core.map { !$0 })
    guard core.count > 1 else { return }
    cores.append(Core(unmet: core.map { !$0 }, steps: []))
    addStep(cores.count - 1, 1, least)
  }

  /// One more wish of the core may go unmet, for `weight`.
  private mutating func addStep(_ core: Int, _ count: Int, _ weight: Int) {
    let unmet = cores[core].unmet
    guard count < unmet.count else { return }
    if cores[core].steps.count < count {
      let step = model.search.addVariable(phase: true)
      let terms = unmet.map { SumTerm(literal: $0, amount: 1) } + [SumTerm(literal: step, amount: unmet.count - count)]
      model.search.addSum(terms, atMost: unmet.count)
      cores[core].steps.append(step)
      stepOf[step.variable] = (core, count)
    }
    want(cores[core].steps[count - 1], weight)
  }
}
