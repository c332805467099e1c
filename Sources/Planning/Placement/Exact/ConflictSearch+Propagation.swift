extension ConflictSearch {
  /// Makes an open literal true.
  mutating func enqueue(_ literal: Literal, because reason: Int32) {
    guard values[literal.index] == 0 else { return }
    values[literal.index] = 1
    values[(!literal).index] = -1
    let variable = literal.variable
    levels[variable] = Int32(level)
    reasons[variable] = reason
    places[variable] = Int32(trail.count)
    trail.append(literal)
  }

  mutating func decide(_ literal: Literal) {
    levelStarts.append(trail.count)
    enqueue(literal, because: Self.noReason)
  }

  /// Draws every consequence; a broken clause (twice its number) or sum (twice its number plus one), or nil.
  mutating func propagate() -> Int32? {
    while nextOnTrail < trail.count {
      let literal = trail[nextOnTrail]
      nextOnTrail += 1
      // All sums are charged before anything can fail, so that they can be uncharged alike.
      for occurrence in occurrences[literal.index] { slack[Int(occurrence.sum)] -= occurrence.amount }
      if let broken = visitClauses(literal) { return broken }
      for index in occurrences[literal.index].indices {
        let sum = occurrences[literal.index][index].sum
        if slack[Int(sum)] < 0 { return sum << 1 | 1 }
        close(Int(sum))
      }
    }
    return nil
  }

  /// Literals that no longer fit into the sum become false.
  private mutating func close(_ sum: Int) {
    let slack = slack[sum]
    let end = sumStart[sum + 1]
    var index = sumStart[sum]
    while index < end, sumTerms[index].amount > slack {
      let literal = sumTerms[index].literal
      if values[literal.index] == 0 { enqueue(!literal, because: Int32(sum) << 1 | 1) }
      index += 1
    }
  }

  /// Clauses in which the opposite of `literal` is watched look for another.
  private mutating func visitClauses(_ literal: Literal) -> Int32? {
    let gone = !literal
    let count = watches[literal.index].count
    var kept = 0
    var broken: Int32?
    for index in 0..<count {
      let watch = watches[literal.index][index]
      if broken != nil || isTrue(watch.other) {
        watches[literal.index][kept] = watch
        kept += 1
        continue
      }
      let first = Int(watch.clause) + 2
      if arena[first] == gone.code { arena.swapAt(first, first + 1) }
      let other = Literal(code: arena[first])
      if !isTrue(other), let place = openPlace(first) {
        let found = Literal(code: arena[place])
        arena.swapAt(first + 1, place)
        watches[(!found).index].append(Watch(clause: watch.clause, other: other))
        continue
      }
      watches[literal.index][kept] = Watch(clause: watch.clause, other: other)
      kept += 1
      if isFalse(other) { broken = watch.clause << 1 } else { enqueue(other, because: watch.clause << 1) }
    }
    watches[literal.index].removeLast(count - kept)
    return broken
  }

  /// Place of a literal beyond the two watched that is not false.
  private func openPlace(_ first: Int) -> Int? {
    let end = first + Int(arena[first - 2])
    var place = first + 2
    while place < end {
      if values[Int(arena[place])] >= 0 { return place }
      place += 1
    }
    return nil
  }

  /// Undoes every decision beyond the level.
  mutating func backtrack(to target: Int) {
    guard level > target else { return }
    let start = levelStarts[target]
    for place in stride(from: trail.count - 1, through: start, by: -1) {
      let literal = trail[place]
      if place < nextOnTrail {
        for occurrence in occurrences[literal.index] { slack[Int(occurrence.sum)] += occurrence.amount }
      }
      values[literal.index] = 0
      values[(!literal).index] = 0
      phases[literal.variable] = !literal.isNegated
      order.insert(literal.variable)
    }
    trail.removeLast(trail.count - start)
    levelStarts.removeLast(level - target)
    nextOnTrail = trail.count
  }
}
