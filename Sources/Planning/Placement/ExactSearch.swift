import Fleet

/// Searches every placement a window can reach, one migration at a time, by the cheapest way to each (Dijkstra).
///
/// One at a time is the most permissive order: a plan that is safe in any timing is safe in the timing that overlaps nothing.
/// So hops are exact too. Levels 2 to 4 are sums over the way, level 1 and the ties belong to the placement at its end.
struct ExactSearch {
  /// Placements a search may settle before it gives up.
  static let placementsMax = 60_000

  struct Outcome {
    var legs: [Leg]
    var score: Score
    var placementsSearched: Int
  }

  private struct Node {
    var code: UInt64
    var distance: UInt64
    var parent: Int
    var guest: Int
    var to: Int
    var settled = false
  }

  private let window: Window
  private let objective: Objective
  private var nodes: [Node] = []
  private var known: [UInt64: Int] = [:]
  private var heap = MinHeap()
  private var hostOf: [Int] = []
  private var steps = 0
  private var best: (score: Score, code: UInt64, node: Int)?

  init(_ window: Window, objective: Objective) {
    self.window = window
    self.objective = objective
  }

  /// Upper bound on the placements of a window, `placementsMax + 1` if above it.
  static func size(guests: Int, hosts: Int) -> Int {
    var size = 1
    for _ in 0..<guests where size <= placementsMax { size *= hosts }
    return min(size, placementsMax + 1)
  }

  /// The best plan of the window; nil if the budget ends before the search. `steps` is reduced by what was used.
  mutating func run(steps budget: inout Int) -> Outcome? {
    push(code: encode(window.start), distance: 0, parent: -1, guest: 0, to: 0)
    var settled = 0
    while let (distance, id) = heap.pop() {
      guard !nodes[id].settled, nodes[id].distance == distance else { continue }
      nodes[id].settled = true
      settled += 1
      decode(nodes[id].code)
      consider(id)
      expand(id)
      if steps > budget || settled > Self.placementsMax {
        budget -= min(steps, budget)
        return nil
      }
    }
    budget -= min(steps, budget)
    guard let best else { return nil }
    return Outcome(legs: path(to: best.node), score: best.score, placementsSearched: settled)
  }

  // MARK: - Ways

  private mutating func expand(_ id: Int) {
    let memory = load(window.baseMemory, window.memory)
    let vcpus = load(window.baseVcpus, window.vcpus)
    let pools = poolUse()
    for guest in window.guests.indices {
      let from = hostOf[guest]
      for to in window.hosts.indices {
        guard to != from, let option = window.legs[guest][from][to] else { continue }
        steps += 1
        let host = window.hostFacts[to]
        // Copies are not undone, so a guest that copied stays: `legs` has no way on from there.
        guard window.mayStop[guest][to] || window.mayEnd[guest][to] || to == window.start[guest],
          memory[to] + window.memory[guest] <= host.memoryCapacity, vcpus[to] + window.vcpus[guest] <= host.vcpuCapacity,
          fits(guest, from: from, to: to, pools), rulesAllow(guest, from: from, to: to)
        else { continue }
        push(code: moved(nodes[id].code, guest, to), distance: nodes[id].distance + weight(option), parent: id, guest: guest, to: to)
      }
    }
  }

  private func load(_ base: [Int], _ charges: [Int]) -> [Int] {
    var loads = base
    for (guest, host) in hostOf.enumerated() { loads[host] += charges[guest] }
    return loads
  }

  private func poolUse() -> [Int] {
    var use = [Int](repeating: 0, count: window.poolRoom.count)
    for (guest, host) in hostOf.enumerated() where host != window.start[guest] {
      for copy in window.copies[guest][host] { use[copy.pool] += copy.bytes }
    }
    return use
  }

  private func fits(_ guest: Int, from: Int, to: Int, _ use: [Int]) -> Bool {
    guard from == window.start[guest] else { return true }
    return window.copies[guest][to].allSatisfy { use[$0.pool] + $0.bytes <= window.poolRoom[$0.pool] }
  }

  private func rulesAllow(_ guest: Int, from: Int, to: Int) -> Bool {
    for rule in window.rules where rule.always && rule.members.contains(guest) {
      if !rule.allows(hostOf, from: from, to: to) { return false }
    }
    return true
  }

  private func weight(_ option: MoveOption) -> UInt64 {
    let restarts: UInt64 = option.mode == .cold ? 1 << 52 : 0
    // 36 bits hold a price of 16 PiB copied; below them the number of moves or above them, as the objective wants.
    let cost = UInt64(min(option.cost, 1 << 36))
    return objective == .moves ? restarts | 1 << 42 | cost : restarts | cost << 10 | 1
  }

  private mutating func push(code: UInt64, distance: UInt64, parent: Int, guest: Int, to: Int) {
    if let id = known[code] {
      guard distance < nodes[id].distance else { return }
      nodes[id] = Node(code: code, distance: distance, parent: parent, guest: guest, to: to)
      heap.push(distance, id)
      return
    }
    known[code] = nodes.count
    heap.push(distance, nodes.count)
    nodes.append(Node(code: code, distance: distance, parent: parent, guest: guest, to: to))
  }

  // MARK: - Placement codes: 4 bits a guest, the first guest highest, so that the order of codes is the fixed order of ties

  private func shift(_ guest: Int) -> UInt64 { UInt64(60 - 4 * guest) }

  private func encode(_ hosts: [Int]) -> UInt64 {
    hosts.enumerated().reduce(0) { $0 | UInt64($1.element) << shift($1.offset) }
  }

  private mutating func decode(_ code: UInt64) { hostOf = window.guests.indices.map { Int(code >> shift($0) & 15) } }

  private func moved(_ code: UInt64, _ guest: Int, _ to: Int) -> UInt64 {
    code & ~(15 << shift(guest)) | UInt64(to) << shift(guest)
  }

  // MARK: - Ends

  private mutating func consider(_ id: Int) {
    for (guest, host) in hostOf.enumerated() where host != window.start[guest] && !window.mayEnd[guest][host] { return }
    guard var score = endScore() else { return }
    let distance = nodes[id].distance
    score.restarts = Int(distance >> 52)
    let rest = distance & (1 << 52 - 1)
    let (high, low) = objective == .moves ? (rest >> 42, rest & (1 << 42 - 1)) : (rest >> 10, rest & 1023)
    (score.third, score.fourth) = (Int(high), Int(low))
    let code = nodes[id].code
    if let best, (best.score, best.code) <= (score, code) { return }
    best = (score, code, id)
  }

  /// Nil if a required rule would end worse than it began.
  private func endScore() -> Score? {
    var score = Score()
    for rule in window.rules {
      let excess = rule.excess(rule.counts(hostOf))
      guard rule.required else {
        if excess > 0 { score.preferredBroken += 1 }
        score.preferredExcess += excess
        continue
      }
      if excess > rule.excess(rule.start) { return nil }
      if excess > 0 { score.broken += 1 }
      score.ruleExcess += excess
    }
    var guests = window.baseGuests
    for (guest, host) in hostOf.enumerated() {
      guests[host] += 1
      if window.isMisplaced[guest][host] { score.broken += 1 }
      if window.isDisplaced[guest][host] { score.displaced += 1 }
    }
    let memory = load(window.baseMemory, window.memory)
    let vcpus = load(window.baseVcpus, window.vcpus)
    for (id, host) in window.hostFacts.enumerated() {
      if host.maintenance {
        score.left += guests[id]
        if guests[id] > 0 { score.kept += 1 }
      } else if host.relieve && host.isMeasured {
        let over = max(0, memory[id] - host.memoryCapacity) + max(0, vcpus[id] - host.vcpuCapacity) << 30
        if over > 0 { score.broken += 1 }
        score.overload += over
      }
    }
    return score
  }

  private func path(to node: Int) -> [Leg] {
    var legs: [Leg] = []
    var id = node
    while nodes[id].parent >= 0 {
      let node = nodes[id]
      let from = Int(nodes[node.parent].code >> shift(node.guest) & 15)
      if let option = window.legs[node.guest][from][node.to] {
        legs.append(Leg(guest: window.guests[node.guest], from: window.hosts[from], to: window.hosts[node.to], option: option))
      }
      id = node.parent
    }
    return legs.reversed()
  }
}

/// A binary heap of distances with the node they lead to.
private struct MinHeap {
  private var items: [(distance: UInt64, node: Int)] = []

  mutating func push(_ distance: UInt64, _ node: Int) {
    items.append((distance, node))
    var child = items.count - 1
    while child > 0, items[child] < items[(child - 1) / 2] {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> (distance: UInt64, node: Int)? {
    guard let first = items.first else { return nil }
    items[0] = items[items.count - 1]
    items.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child] < items[least] { least = child }
      if least == parent { return first }
      items.swapAt(parent, least)
      parent = least
    }
  }
}
