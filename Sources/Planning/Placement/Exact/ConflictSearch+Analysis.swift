extension ConflictSearch {
  /// A clause that the conflict taught, and the level at which it first asserts its first literal.
  struct Lesson {
    var literals: [Literal]
    var level: Int
    /// Levels among its literals; clauses with few are worth keeping.
    var weightClass: Int
  }

  /// True literals that together break the clause or sum, or that force `implied`, in `list`; false: there are none, which is a mistake.
  private func explain(_ reason: Int32, _ implied: Literal?, _ list: inout [Literal]) -> Bool {
    list.removeAll(keepingCapacity: true)
    if reason & 1 == 0 {
      let clause = Int(reason >> 1)
      for place in clause + 2..<clause + 2 + Int(arena[clause]) {
        let literal = Literal(code: arena[place])
        if literal != implied { list.append(!literal) }
      }
      return true
    }
    return explainSum(Int(reason >> 1), implied, &list)
  }

  /// The largest true terms that leave no room: for anything, or for the opposite of `implied`.
  private func explainSum(_ sum: Int, _ implied: Literal?, _ list: inout [Literal]) -> Bool {
    let terms = sumTerms[sumStart[sum]..<sumStart[sum + 1]]
    var rest = limits[sum]
    var before = Int32.max
    if let implied {
      before = places[implied.variable]
      let opposite = !implied
      for term in terms where term.literal == opposite { rest -= term.amount }
    }
    func isUsable(_ literal: Literal) -> Bool { isTrue(literal) && places[literal.variable] < before }
    // What holds under every decision explains for free.
    for term in terms where isUsable(term.literal) && levels[term.literal.variable] == 0 { rest -= term.amount }
    if rest < 0 { return true }
    for term in terms where isUsable(term.literal) && levels[term.literal.variable] > 0 {
      list.append(term.literal)
      rest -= term.amount
      if rest < 0 { return true }
    }
    return false
  }

  /// The first clause with one literal of the current level that follows from the conflict.
  mutating func learn(from conflict: Int32) -> Lesson {
    var literals: [Literal] = [Literal(0)]
    var open = 0
    var place = trail.count
    var reason = conflict
    var implied: Literal?
    repeat {
      guard explain(reason, implied, &because) else {
        fail("a conflict without a reason")
        return Lesson(literals: literals, level: 0, weightClass: 1)
      }
      for literal in because where !isSeen[literal.variable] && levels[literal.variable] > 0 {
        isSeen[literal.variable] = true
        order.bump(literal.variable)
        if Int(levels[literal.variable]) == level { open += 1 } else { literals.append(!literal) }
      }
      repeat { place -= 1 } while !isSeen[trail[place].variable]
      let next = trail[place]
      implied = next
      reason = reasons[next.variable]
      isSeen[next.variable] = false
      open -= 1
    } while open > 0
    if let implied { literals[0] = !implied }
    let whole = literals
    literals = shortened(literals)
    for literal in whole { isSeen[literal.variable] = false }
    return lesson(literals)
  }

  /// Without the literals that the others already imply in one step.
  private mutating func shortened(_ literals: [Literal]) -> [Literal] {
    var kept = [literals[0]]
    for literal in literals.dropFirst() {
      let reason = reasons[literal.variable]
      if reason == Self.noReason {
        kept.append(literal)
        continue
      }
      if !explain(reason, !literal, &becauseInner) { fail("a literal without a reason") }
      if becauseInner.contains(where: { !isSeen[$0.variable] && levels[$0.variable] > 0 }) { kept.append(literal) }
    }
    return kept
  }

  private func lesson(_ literals: [Literal]) -> Lesson {
    guard literals.count > 1 else { return Lesson(literals: literals, level: 0, weightClass: 1) }
    var literals = literals
    var top = 1
    var seenLevels: [Int32] = []
    for index in 1..<literals.count {
      let level = levels[literals[index].variable]
      if level > levels[literals[top].variable] { top = index }
      if seenLevels.count < Self.weightClassMax, !seenLevels.contains(level) { seenLevels.append(level) }
    }
    literals.swapAt(1, top)
    return Lesson(literals: literals, level: Int(levels[literals[1].variable]), weightClass: seenLevels.count + 1)
  }

  /// More levels than so many are all the same.
  private static let weightClassMax = 30

  /// Assumptions that cannot all hold, `refused` (false now) among them.
  mutating func core(refusing refused: Literal) -> [Literal] {
    var core = [refused]
    guard levels[refused.variable] > 0 else { return core }
    isSeen[refused.variable] = true
    for place in stride(from: trail.count - 1, through: levelStarts[0], by: -1) {
      let literal = trail[place]
      guard isSeen[literal.variable] else { continue }
      isSeen[literal.variable] = false
      let reason = reasons[literal.variable]
      if reason == Self.noReason {
        if literal.variable != refused.variable { core.append(literal) }
        continue
      }
      if !explain(reason, literal, &because) { fail("an assumption refused without a reason") }
      for cause in because where levels[cause.variable] > 0 { isSeen[cause.variable] = true }
    }
    return core
  }
}
