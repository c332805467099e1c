extension ConflictSearch {
  enum Answer: Equatable {
    /// Every variable has a value that meets everything; they stay until the next `backtrack`.
    case found
    /// Assumptions that cannot all hold; empty: nothing can hold at all.
    case refused([Literal])
    case outOfBudget
  }

  /// Learned clauses that are kept for good.
  private static let safeWeightClass = 2
  /// Words of clauses up to which anything is learned.
  private static let arenaMax = 1 << 26

  /// Looks for values that meet everything and the assumptions; `conflictsMax` bounds this call beside the budget.
  mutating func run(_ assumptions: [Literal], conflictsMax: Int = .max, budget: inout StepBudget) -> Answer {
    backtrack(to: 0)
    let answer = failure == nil ? searched(assumptions, conflictsMax, &budget) : .outOfBudget
    guard let failure else { return answer }
    budget.fail(failure)
    return .outOfBudget
  }

  private mutating func searched(_ assumptions: [Literal], _ conflictsMax: Int, _ budget: inout StepBudget) -> Answer {
    if isImpossible { return .refused([]) }
    var conflicts = 0
    var untilRestart = restartLength(0)
    var restarts = 0
    while !isImpossible {
      let before = nextOnTrail
      let conflict = propagate()
      guard budget.spend(1 + nextOnTrail - before) else { return .outOfBudget }
      if let conflict {
        if level == 0 {
          isImpossible = true
          return .refused([])
        }
        let lesson = learn(from: conflict)
        if failure != nil { return .outOfBudget }
        take(lesson)
        conflicts += 1
        conflictCount += 1
        untilRestart -= 1
        if conflicts >= conflictsMax || arena.count > Self.arenaMax { return .outOfBudget }
        continue
      }
      if untilRestart <= 0 {
        restarts += 1
        untilRestart = restartLength(restarts)
        restart(assumptions.count)
        continue
      }
      if let answer = advance(assumptions) { return answer }
    }
    return .refused([])
  }

  /// Takes the next assumption or decision; an answer where there is none to take.
  private mutating func advance(_ assumptions: [Literal]) -> Answer? {
    while level < assumptions.count {
      let next = assumptions[level]
      if isFalse(next) {
        return .refused(core(refusing: next))
      }
      if !isTrue(next) {
        decide(next)
        return nil
      }
      // A level of its own, so that levels and assumptions stay in step.
      levelStarts.append(trail.count)
    }
    while let variable = order.popFirst() {
      guard values[variable << 1] == 0 else { continue }
      decide(Literal(variable, isNegated: !phases[variable]))
      return nil
    }
    return .found
  }

  private mutating func take(_ lesson: Lesson) {
    backtrack(to: lesson.level)
    if lesson.literals.count > 1 {
      let clause = store(lesson.literals, weightClass: lesson.weightClass)
      learned.append(clause)
      enqueue(lesson.literals[0], because: clause << 1)
    } else {
      enqueue(lesson.literals[0], because: Self.noReason)
    }
    order.age()
  }

  /// Luby, Sinclair and Zuckerman (1993): 1 1 2 1 1 2 4 …
  private func restartLength(_ count: Int) -> Int {
    var size = 1
    var power = 0
    while size < count + 1 {
      size = 2 * size + 1
      power += 1
    }
    var index = count
    while size - 1 != index {
      size = (size - 1) / 2
      power -= 1
      index %= size
    }
    return pace.restartConflicts << power
  }

  private mutating func restart(_ assumptionCount: Int) {
    if learned.count > pace.learnedMax + pace.learnedGrowth * reductionCount {
      backtrack(to: 0)
      if propagate() != nil { isImpossible = true } else { forget() }
    } else {
      backtrack(to: assumptionCount)
    }
  }

  /// Drops the half of the learned clauses that span most levels, and everything that level 0 already meets.
  private mutating func forget() {
    reductionCount += 1
    let ranked = learned.sorted { (arena[Int($0) + 1], arena[Int($0)], $1) < (arena[Int($1) + 1], arena[Int($1)], $0) }
    let keep = Set(ranked.prefix(ranked.count / 2))
    let kept = learned.filter { keep.contains($0) || Int(arena[Int($0) + 1]) <= Self.safeWeightClass }
    let old = arena
    arena = []
    for index in watches.indices { watches[index].removeAll(keepingCapacity: true) }
    added = added.compactMap { copied($0, old) }
    learned = kept.compactMap { copied($0, old) }
  }

  private mutating func copied(_ clause: Int32, _ old: [Int32]) -> Int32? {
    let start = Int(clause) + 2
    let literals = old[start..<start + Int(old[Int(clause)])].map { Literal(code: $0) }
    if literals.contains(where: { isTrue($0) }) { return nil }
    let open = literals.filter { !isFalse($0) }
    guard open.count > 1 else {
      fail("a clause that level 0 leaves no choice")
      return nil
    }
    return store(open, weightClass: Int(old[Int(clause) + 1]))
  }
}
