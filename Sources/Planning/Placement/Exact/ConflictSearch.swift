/// Decides whether yes-or-no variables can meet clauses and sums at most a limit, and learns a clause from every dead end.
///
/// Conflict-driven clause learning as in GRASP (Marques-Silva and Sakallah, 1999) and MiniSat (Eén and Sörensson, 2003); sums are propagated by their
/// slack and explained by clauses (Chai and Kuehlmann, 2003). Whatever it learns follows from what was added, never from assumptions.
struct ConflictSearch {
  /// A clause that watches a literal, and another literal of it that is often true.
  struct Watch {
    var clause: Int32
    var other: Literal
  }

  struct Occurrence {
    var sum: Int32
    var amount: Int
  }

  static let noReason: Int32 = -1

  let pace: SearchPace

  init(_ pace: SearchPace = .usual) { self.pace = pace }

  // Clauses: header (literal count, weight class) and literals, one after another.
  var arena: [Int32] = []
  var learned: [Int32] = []
  var added: [Int32] = []
  /// By literal: clauses to look at when it becomes true.
  var watches: [[Watch]] = []

  // Sums: terms by amount, largest first.
  var sumTerms: [SumTerm] = []
  var sumStart: [Int] = [0]
  /// Limit minus what counted literals make.
  var slack: [Int] = []
  var limits: [Int] = []
  var occurrences: [[Occurrence]] = []

  // Assignment.
  /// By literal: 1 true, -1 false, 0 open.
  var values: [Int8] = []
  /// By variable: value that a decision tries first.
  var phases: [Bool] = []
  /// By variable.
  var levels: [Int32] = []
  /// By variable: twice a clause, or twice a sum plus one.
  var reasons: [Int32] = []
  /// By variable: place on the trail.
  var places: [Int32] = []
  var trail: [Literal] = []
  var levelStarts: [Int] = []
  var nextOnTrail = 0
  var order = ActivityHeap()
  /// How it contradicted itself: then it answers nothing any more, and nothing is proved by it.
  private(set) var failure: PlannerFailure?
  /// What was added contradicts itself.
  var isImpossible = false

  // Scratch of the analysis.
  var isSeen: [Bool] = []
  var because: [Literal] = []
  var becauseInner: [Literal] = []
  var conflictCount = 0
  var reductionCount = 0

  var level: Int { levelStarts.count }
  var variableCount: Int { phases.count }

  mutating func addVariable(phase: Bool = false) -> Literal {
    let variable = phases.count
    phases.append(phase)
    values += [0, 0]
    watches += [[], []]
    occurrences += [[], []]
    levels.append(0)
    reasons.append(Self.noReason)
    places.append(0)
    isSeen.append(false)
    order.addVariable()
    return Literal(variable)
  }

  func isTrue(_ literal: Literal) -> Bool { values[literal.index] > 0 }
  func isFalse(_ literal: Literal) -> Bool { values[literal.index] < 0 }

  mutating func fail(_ text: String) { failure = failure ?? PlannerFailure(text: text) }

  // MARK: - Adding, at level 0 only

  /// At least one of the literals; none of them twice.
  mutating func addClause(_ literals: [Literal]) {
    guard level == 0 else { return fail("a clause was added between decisions") }
    if isImpossible || literals.contains(where: { isTrue($0) }) { return }
    let open = literals.filter { !isFalse($0) }
    if open.count > 1 {
      added.append(store(open, weightClass: 0))
    } else if let only = open.first {
      enqueue(only, because: Self.noReason)
      if propagate() != nil { isImpossible = true }
    } else {
      isImpossible = true
    }
  }

  /// Amounts of the true literals at most `limit`; no variable twice, every amount positive.
  mutating func addSum(_ terms: [SumTerm], atMost limit: Int) {
    guard level == 0 else { return fail("a sum was added between decisions") }
    if isImpossible { return }
    let open = terms.filter { values[$0.literal.index] == 0 }.sorted { ($1.amount, $0.literal.code) < ($0.amount, $1.literal.code) }
    let rest = terms.reduce(limit) { isTrue($1.literal) ? $0 - $1.amount : $0 }
    guard rest >= 0 else {
      isImpossible = true
      return
    }
    guard open.reduce(0, { $0 + $1.amount }) > rest else { return }
    let sum = Int32(limits.count)
    sumTerms += open
    sumStart.append(sumTerms.count)
    limits.append(rest)
    slack.append(rest)
    for term in open { occurrences[term.literal.index].append(Occurrence(sum: sum, amount: term.amount)) }
    for term in open where term.amount > rest { enqueue(!term.literal, because: Self.noReason) }
    if propagate() != nil { isImpossible = true }
  }

  mutating func store(_ literals: [Literal], weightClass: Int) -> Int32 {
    let clause = Int32(arena.count)
    arena.append(Int32(literals.count))
    arena.append(Int32(weightClass))
    for literal in literals { arena.append(literal.code) }
    watch(clause, literals[0], literals[1])
    return clause
  }

  mutating func watch(_ clause: Int32, _ first: Literal, _ second: Literal) {
    watches[(!first).index].append(Watch(clause: clause, other: second))
    watches[(!second).index].append(Watch(clause: clause, other: first))
  }
}
