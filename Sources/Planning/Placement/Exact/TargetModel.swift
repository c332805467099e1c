/// A placement problem as yes-or-no variables: one for every item and host it may end on, clauses and sums for all that an end must meet.
///
/// Every end of the problem, up to a permutation of items that nothing tells apart, is an assignment of the model with the same weight, and the other
/// way round.
struct TargetModel {
  struct Option {
    var host: Int
    var literal: Literal
    /// Of moving there; 0 at home.
    var weight: Int
  }

  /// What costs `weight` when `literal` is false.
  struct Wish {
    var literal: Literal
    var weight: Int
  }

  let problem: PlacementProblem
  var search: ConflictSearch
  /// By item; the home last.
  private(set) var options: [[Option]] = []
  /// Together with `leastWeight` the weight of an end: which of these it leaves unmet.
  private(set) var wishes: [Wish] = []
  /// Of the moves that no end does without.
  private(set) var leastWeight = 0

  /// Pairs of item and host up to which a model is made.
  static let pairsMax = 1 << 19
  /// Literals that the order of equal items may take for one pair of them.
  private static let orderTermsMax = 1 << 12

  /// `near`: where a search tries to put every item first. nil: too large.
  init?(_ problem: PlacementProblem, near: [Int], pace: SearchPace = .usual) {
    self.problem = problem
    search = ConflictSearch(pace)
    let ends = problem.classes.indices.map { TargetModel.ends($0, problem) }
    let pairs = problem.items.reduce(0) { $0 + ends[$1.classID].count + 1 }
    guard pairs <= Self.pairsMax else { return nil }
    for (index, item) in problem.items.enumerated() { addItem(index, item, ends[item.classID], near[index]) }
    addOrder()
    addExchanges()
    addRoom()
    addPooledRoom()
    addSlots()
    for group in problem.groups { addGroup(group) }
  }

  /// Hosts that a move may leave an item of the class on, if nothing else were there, and what it weighs.
  private static func ends(_ classID: Int, _ problem: PlacementProblem) -> [(host: Int, weight: Int)] {
    let demand = problem.classes[classID].demand
    return problem.hostSets[problem.classes[classID].ends].hosts.compactMap { host in
      guard problem.mayEnd(classID, on: host), let passage = problem.passage(classID, to: host) else { return nil }
      let row = host * problem.resourceCount
      for resource in 0..<problem.resourceCount where problem.base[row + resource] + demand[resource] > problem.capacity[row + resource] {
        return nil
      }
      return (host, passage.weight)
    }
  }

  private mutating func addItem(_ index: Int, _ item: Item, _ ends: [(host: Int, weight: Int)], _ near: Int) {
    var choices: [Option] = []
    for end in ends where end.host != item.start {
      choices.append(Option(host: end.host, literal: search.addVariable(phase: end.host == near), weight: end.weight))
    }
    let moves = choices
    if problem.mayStay(index) {
      choices.append(Option(host: item.start, literal: search.addVariable(phase: item.start == near), weight: 0))
    }
    options.append(choices)
    search.addClause(choices.map(\.literal))
    search.addSum(choices.map { SumTerm(literal: $0.literal, amount: 1) }, atMost: 1)
    var known: Int?
    for weight in Set(moves.map(\.weight)).sorted() {
      if let known {
        let dearer = moves.filter { $0.weight >= weight }.map(\.literal)
        wishes.append(Wish(literal: !any(dearer), weight: weight - known))
      } else if problem.mayStay(index), let home = choices.last {
        if weight > 0 { wishes.append(Wish(literal: home.literal, weight: weight)) }
      } else {
        leastWeight += weight
      }
      known = weight
    }
  }

  /// A literal that is true wherever one of these is.
  mutating func any(_ literals: [Literal]) -> Literal {
    if literals.count == 1 { return literals[0] }
    let some = search.addVariable()
    for literal in literals { search.addClause([!literal, some]) }
    return some
  }

  /// Items of one class that start on one host are interchangeable: their ends are in order, those that stay last.
  private mutating func addOrder() {
    let order = problem.items.indices.sorted { a, b in
      let (first, second) = (problem.items[a], problem.items[b])
      return (first.start, first.classID, a) < (second.start, second.classID, b)
    }
    for (a, b) in zip(order, order.dropFirst()) where problem.items[a] == problem.items[b] { addOrder(a, b) }
  }

  /// The second, which has the same options, does not end before the first.
  mutating func addOrder(_ a: Int, _ b: Int) {
    let (first, second) = (options[a], options[b])
    if first.isEmpty { return }
    if first.count * first.count / 2 <= Self.orderTermsMax {
      for rank in first.indices.dropLast() { search.addClause([!second[rank].literal] + first[...rank].map(\.literal)) }
    } else if problem.mayStay(a), let home = first.last, let other = second.last {
      search.addClause([!home.literal, other.literal])
    }
  }

  /// Where every item is in the values found.
  func target() -> [Int] {
    options.enumerated().map { index, options in
      options.first { search.isTrue($0.literal) }?.host ?? problem.items[index].start
    }
  }
}
