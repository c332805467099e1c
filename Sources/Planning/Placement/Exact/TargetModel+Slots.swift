/// What follows from a model already, said so that a search sees it at once.
extension TargetModel {
  /// Sizes looked at for each resource, and literals that one may take.
  private static let sizesMax = 4
  private static let slotsMax = 1 << 12
  /// Terms that all slots may take.
  private static let slotTermsMax = 1 << 22

  /// Slots of the sizes that must move: a host that takes n slots' worth of large items has n sizes less room for the others, and all hosts together
  /// have to offer as many slots as there are large items.
  mutating func addSlots() {
    let forced = problem.items.indices.filter { !problem.mayStay($0) }
    let pairs = options.reduce(0) { $0 + $1.count }
    guard pairs * problem.resourceCount * Self.sizesMax <= Self.slotTermsMax else { return }
    var byHost = [[(item: Int, literal: Literal)]](repeating: [], count: problem.hosts.count)
    for (item, options) in options.enumerated() { for option in options { byHost[option.host].append((item, option.literal)) } }
    for resource in 0..<problem.resourceCount {
      let sizes = Set(forced.map { demand($0, resource) }).filter { $0 > 1 }.sorted(by: >)
      let step = max(1, (sizes.count + Self.sizesMax - 1) / Self.sizesMax)
      for index in stride(from: 0, to: sizes.count, by: step) { addSlots(resource, sizes[index], byHost) }
    }
  }

  private mutating func addSlots(_ resource: Int, _ size: Int, _ byHost: [[(item: Int, literal: Literal)]]) {
    let rooms = problem.hosts.indices.map { byHost[$0].isEmpty ? 0 : max(0, mostUse($0, resource, byHost[$0])) }
    guard rooms.reduce(0, { $0 + $1 / size }) <= Self.slotsMax else { return }
    var unused: [SumTerm] = []
    for host in problem.hosts.indices where rooms[host] >= size {
      let slots = (0..<rooms[host] / size).map { _ in search.addVariable() }
      for (slot, next) in zip(slots, slots.dropFirst()) { search.addClause([!next, slot]) }
      unused += slots.map { SumTerm(literal: !$0, amount: 1) }
      var large = slots.map { SumTerm(literal: !$0, amount: 1) }
      var small = slots.map { SumTerm(literal: $0, amount: size) }
      for (item, literal) in byHost[host] where demand(item, resource) > 0 {
        let amount = demand(item, resource)
        if amount >= size {
          large.append(SumTerm(literal: literal, amount: amount / size))
        } else {
          small.append(SumTerm(literal: literal, amount: amount))
        }
      }
      search.addSum(large, atMost: slots.count)
      search.addSum(small, atMost: rooms[host])
    }
    let wanted = problem.items.indices.reduce(0) { $0 + demand($1, resource) / size }
    search.addSum(unused, atMost: unused.count - wanted)
  }

  /// Room that items can take on a host; one that may stay over holds at most what it has, if that is more.
  private func mostUse(_ host: Int, _ resource: Int, _ claims: [(item: Int, literal: Literal)]) -> Int {
    let room = room(host, resource)
    if problem.hosts[host].isRelieved { return room }
    return max(room, claims.reduce(0) { problem.items[$1.item].start == host ? $0 + demand($1.item, resource) : $0 })
  }

  /// Equal pairs of items for which it is said that none comes where one left.
  private static let exchangesMax = 1 << 18

  /// In a cheapest end no item comes to a host that one of its class has left: the other could have stayed and the first gone on in its place.
  ///
  /// That holds for classes that may stay wherever a move may leave them, and whose moves all weigh something. Their forced items may then
  /// exchange ends at will, so that these are put in order.
  mutating func addExchanges() {
    var members = [[Int]](repeating: [], count: problem.classes.count)
    for (item, facts) in problem.items.enumerated() { members[facts.classID].append(item) }
    var exchanges = 0
    for (classID, items) in members.enumerated() where items.count > 1 {
      let itemClass = problem.classes[classID]
      let home = problem.hostSets[itemClass.home]
      guard problem.hostSets[itemClass.ends].hosts.allSatisfy({ home.contains($0) }), itemClass.leastWeight ?? 0 > 0 else { continue }
      addOrder(items.filter { !problem.mayStay($0) })
      exchanges += items.count * items.count
      if exchanges <= Self.exchangesMax { forbidReplacing(items) }
    }
  }

  private mutating func forbidReplacing(_ items: [Int]) {
    var stayOf: [Int: [Literal]] = [:]
    for item in items where problem.mayStay(item) {
      if let home = options[item].last { stayOf[problem.items[item].start, default: []].append(home.literal) }
    }
    for item in items {
      for option in options[item] where option.host != problem.items[item].start {
        for stay in stayOf[option.host] ?? [] { search.addClause([!option.literal, stay]) }
      }
    }
  }

  /// Ends of items with the same options, in order.
  private mutating func addOrder(_ items: [Int]) {
    for (a, b) in zip(items, items.dropFirst()) { addOrder(a, b) }
  }
}
