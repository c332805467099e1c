import Fleet

/// Where every movable guest of a cell may end, also where it should not stay, as yes-or-no variables, and what each level of the objective counts.
///
/// Unlike `TargetModel` it asks for nothing but what no plan may break: what cannot be mended stays as it is, at the price of its level. Hops and
/// order are left out of account, so the best end of the model is at least as good as that of any plan.
struct LevelModel {
  struct Option {
    var host: Int
    var literal: Literal
  }

  /// Pairs of item and host up to which a model is made.
  static let pairsMax = 1 << 16
  /// Literals that the order of equal items may take for one pair of them.
  private static let orderTermsMax = 1 << 12

  let cell: CellProblem
  var problem: PlacementProblem { cell.problem }
  var search = ConflictSearch()
  /// By item; where it starts last.
  private(set) var options: [[Option]] = []
  /// By position in `Score.provable`, then level 4: what counts where its literal is true, constants left out.
  var levels = [[SumTerm]](repeating: [], count: Score.thirdPosition + 2)
  let facts: CellFacts
  let violations: Violations

  /// `near`: where a search tries to put every item first. nil: too large.
  init?(_ cell: CellProblem, _ facts: CellFacts, _ violations: Violations, near: [Int]) {
    self.cell = cell
    self.facts = facts
    self.violations = violations
    let problem = cell.problem
    let roomOfAll = problem.roomOfAllReceivers
    let ends = problem.classes.indices.map { problem.mayMove($0, within: roomOfAll) ? Self.ends($0, problem) : [] }
    guard problem.items.reduce(0, { $0 + ends[$1.classID].count + 1 }) <= Self.pairsMax else { return nil }
    let mayLeave = DeadlockedSet.hostsThatMayBeLeft(problem)
    for (index, item) in problem.items.enumerated() {
      add(index, item, mayLeave[item.start] ? ends[item.classID] : [], near[index])
    }
    addOrder()
    addMaintenance()
    addRoom()
    for group in problem.groups.indices { addGroup(group) }
  }

  /// Hosts that a move may leave an item of the class on if nothing else that can be moved were there.
  private static func ends(_ classID: Int, _ problem: PlacementProblem) -> [Int] {
    let demand = problem.classes[classID].demand
    return problem.hostSets[problem.classes[classID].ends].hosts.filter { host in
      let row = host * problem.resourceCount
      return problem.mayEnd(classID, on: host)
        && demand.indices.allSatisfy { problem.base[row + $0] + demand[$0] <= problem.capacity[row + $0] }
    }
  }

  // MARK: - Items

  private mutating func add(_ index: Int, _ item: Item, _ ends: [Int], _ near: Int) {
    var guest = facts.guests[cell.guests[index]]
    let placement = facts.placements[guest.placement]
    var choices: [Option] = []
    for host in ends.filter({ $0 != item.start }) + [item.start] {
      let option = Option(host: host, literal: search.addVariable(phase: host == near))
      choices.append(option)
      guest.host = host
      if violations.isMisplaced(guest) { note(2, option.literal) }
      if placement.displaced && !placement.home.contains(host) { note(5, option.literal) }
      guard host != item.start, let passage = problem.passage(item.classID, to: host) else { continue }
      let proved = cell.scale.proved(passage.weight)
      note(6, option.literal, cell.scale.restarts(proved))
      note(7, option.literal, cell.scale.third(proved))
      note(8, option.literal, cell.scale.fourth(passage.weight))
    }
    options.append(choices)
    search.addClause(choices.map(\.literal))
    search.addSum(choices.map { SumTerm(literal: $0.literal, amount: 1) }, atMost: 1)
  }

  mutating func note(_ level: Int, _ literal: Literal, _ amount: Int = 1) {
    if amount > 0 { levels[level].append(SumTerm(literal: literal, amount: amount)) }
  }

  /// Items of one class that start on one host and are placed alike are interchangeable: their ends are in order, those that stay last.
  ///
  /// Some of one class are not placed alike: displaced guests may go anywhere, as guests of no placement may, but it counts where they do.
  private mutating func addOrder() {
    let placements = cell.guests.map { facts.guests[$0].placement }
    let order = problem.items.indices.sorted { a, b in
      let (first, second) = (problem.items[a], problem.items[b])
      return (first.start, first.classID, placements[a], a) < (second.start, second.classID, placements[b], b)
    }
    for (a, b) in zip(order, order.dropFirst()) where problem.items[a] == problem.items[b] && placements[a] == placements[b] {
      let (first, second) = (options[a], options[b])
      guard first.count * first.count / 2 <= Self.orderTermsMax else { continue }
      for rank in first.indices.dropLast() { search.addClause([!second[rank].literal] + first[...rank].map(\.literal)) }
    }
  }

  /// Levels 1a and 1b: who stays on hosts in maintenance, and which of those stay in use only because somebody stays who need not.
  private mutating func addMaintenance() {
    var hasFixed = [Bool](repeating: false, count: facts.hosts.count)
    let isItem = Set(cell.guests)
    for (id, guest) in facts.guests.enumerated() {
      if !isItem.contains(id) { hasFixed[guest.host] = true }
      for host in guest.alsoOn { hasFixed[host] = true }
    }
    var staying = [[Literal]](repeating: [], count: facts.hosts.count)
    for (index, item) in problem.items.enumerated() where facts.hosts[item.start].maintenance {
      guard let stay = options[index].last else { continue }
      note(0, stay.literal)
      staying[item.start].append(stay.literal)
    }
    for host in staying.indices where !staying[host].isEmpty && !hasFixed[host] { note(1, any(staying[host])) }
  }

  /// A literal that is true wherever one of these is.
  mutating func any(_ literals: [Literal]) -> Literal {
    if literals.count == 1 { return literals[0] }
    let some = search.addVariable()
    for literal in literals { search.addClause([!literal, some]) }
    return some
  }

  // MARK: - Reading

  /// Where every item is in the values found, and what the levels count there.
  func found() -> (target: [Int], values: [Int]) {
    let target = options.enumerated().map { index, options in
      options.first { search.isTrue($0.literal) }?.host ?? problem.items[index].start
    }
    let values = levels.map { $0.reduce(0) { search.isTrue($1.literal) ? $0 + $1.amount : $0 } }
    return (target, values)
  }

  /// The literal of an item that ends on the host; nil: it never does.
  func literal(_ item: Int, on host: Int) -> Literal? { options[item].first { $0.host == host }?.literal }
}
