/// The hosts that receive, as a tree of the greatest room by resource: the next host with room is found without a look at all.
struct RoomTree {
  private let resourceCount: Int
  private let leafCount: Int
  /// `node * resourceCount + resource`; root 1, leaves from `leafCount` on.
  private var most: [Int]

  init(_ state: TargetState) {
    resourceCount = state.facts.resourceCount
    var leaves = 1
    while leaves < state.facts.hostCount { leaves *= 2 }
    leafCount = leaves
    most = [Int](repeating: .min, count: 2 * leaves * resourceCount)
    for host in 0..<state.facts.hostCount where state.facts.receives[host] {
      for resource in 0..<resourceCount {
        most[(leaves + host) * resourceCount + resource] = state.room[host * resourceCount + resource]
      }
    }
    for node in stride(from: leaves - 1, to: 0, by: -1) { pull(node) }
  }

  private mutating func pull(_ node: Int) {
    for resource in 0..<resourceCount {
      most[node * resourceCount + resource] = max(
        most[2 * node * resourceCount + resource], most[(2 * node + 1) * resourceCount + resource])
    }
  }

  /// To be called when the room of a host has changed.
  mutating func update(_ host: Int, _ state: TargetState) {
    guard state.facts.receives[host] else { return }
    var node = leafCount + host
    for resource in 0..<resourceCount { most[node * resourceCount + resource] = state.room[host * resourceCount + resource] }
    node /= 2
    while node > 0 {
      pull(node)
      node /= 2
    }
  }

  /// The first host from `from` on, and then from 0 on, that has room for the demand (a row of `charges`); nil: none before `from` comes again.
  func next(from: Int, demand row: Int, _ charges: [Int]) -> Int? {
    search(1, 0, leafCount, from, leafCount, row, charges) ?? search(1, 0, leafCount, 0, from, row, charges)
  }

  /// The first host in `low..<high` with room.
  func next(in low: Int, _ high: Int, demand row: Int, _ charges: [Int]) -> Int? {
    search(1, 0, leafCount, low, high, row, charges)
  }

  private func search(_ node: Int, _ begin: Int, _ count: Int, _ low: Int, _ high: Int, _ row: Int, _ charges: [Int]) -> Int? {
    guard begin < high, begin + count > low else { return nil }
    for resource in 0..<resourceCount where most[node * resourceCount + resource] < charges[row + resource] { return nil }
    if count == 1 { return begin }
    let half = count / 2
    return search(2 * node, begin, half, low, high, row, charges)
      ?? search(2 * node + 1, begin + half, half, low, high, row, charges)
  }
}
