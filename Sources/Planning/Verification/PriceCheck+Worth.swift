/// A host as its best content sees it.
struct HostContent: Hashable {
  struct Stay: Hashable {
    var size: [Int]
    var price: Int
    var count: Int
  }

  var kind: Int
  /// In whole units; nil: nothing fits, it only keeps what stays.
  var room: [Int]?
  var takes = false
  /// It may keep everything even though that does not fit.
  var mayKeepAll = false
  var stays: [Stay] = []

  init(kind: Int) { self.kind = kind }

  /// The most that any content of the host is worth.
  func worth(_ table: WorthTable, _ freeGain: Int) -> Int {
    let all = stays.reduce(0) { $0 + $1.price * $1.count }
    guard let room else { return all }
    let fitting = (takes ? freeGain : 0) + table.best(stays.filter { $0.price > 0 }, room)
    return mayKeepAll ? max(all, fitting) : fitting
  }
}

/// The most that arrivals alone are worth in every room up to the largest, as an unbounded knapsack.
struct WorthTable {
  /// Nodes of one search for what stays; beyond it a whole table is made for that host.
  private static let nodesMax = 500

  private let most: [Int]
  private let strides: [Int]
  private var worth: [Int]

  /// nil: it would have more than `cellsMax` cells.
  init?(most: [Int], cellsMax: Int, arrivals: [(size: [Int], gain: Int)]) {
    var strides = [Int](repeating: 1, count: most.count)
    var cells = 1
    for index in most.indices.reversed() {
      strides[index] = cells
      guard most[index] < cellsMax / cells else { return nil }
      cells *= most[index] + 1
    }
    self.most = most
    self.strides = strides
    worth = [Int](repeating: 0, count: cells)
    for arrival in arrivals { add(arrival.size, arrival.gain, copies: nil) }
  }

  private func offset(_ size: [Int]) -> Int { size.indices.reduce(0) { $0 + size[$1] * strides[$1] } }

  private func holds(_ size: [Int]) -> Bool { size.indices.allSatisfy { size[$0] <= most[$0] } }

  /// Puts in any number of a thing, or up to so many copies.
  private mutating func add(_ size: [Int], _ gain: Int, copies: Int?) {
    guard holds(size) else { return }
    if most.isEmpty {
      worth[0] += gain * (copies ?? 0)
      return
    }
    let back = offset(size)
    worth.withUnsafeMutableBufferPointer { worth in
      for _ in 0..<(copies ?? 1) { Self.add(worth, most, strides, size, 0, 0, back, gain, isRepeated: copies == nil) }
    }
  }

  /// Upwards a thing may be put on top of itself, downwards it is put in once.
  private static func add(
    _ worth: UnsafeMutableBufferPointer<Int>, _ most: [Int], _ strides: [Int], _ size: [Int], _ level: Int, _ from: Int, _ back: Int,
    _ gain: Int, isRepeated: Bool
  ) {
    let steps = most[level] - size[level]
    let first = from + size[level] * strides[level]
    if level == most.count - 1 {
      for step in 0...steps {
        let at = first + (isRepeated ? step : steps - step)
        worth[at] = max(worth[at], worth[at - back] + gain)
      }
      return
    }
    for step in 0...steps {
      let at = first + (isRepeated ? step : steps - step) * strides[level]
      add(worth, most, strides, size, level + 1, at, back, gain, isRepeated: isRepeated)
    }
  }

  /// The best choice of what stays, together with what then still arrives.
  func best(_ stays: [HostContent.Stay], _ room: [Int]) -> Int {
    let fitting = stays.filter { stay in room.indices.allSatisfy { stay.size[$0] <= room[$0] } }
    var search = StaySearch(nodesLeft: Self.nodesMax, stays: fitting.map { ($0.size, offset($0.size), $0.price, $0.count) })
    if let best = search.run(worth, room, offset(room)) { return best }
    var table = self
    for stay in fitting {
      table.add(stay.size, stay.price, copies: stay.count)
    }
    return table.worth[offset(room)]
  }
}

/// Tries how many of each thing stay, most first, as long as all of the rest together with all that could arrive would beat the best.
private struct StaySearch {
  var nodesLeft: Int
  let stays: [(size: [Int], back: Int, price: Int, count: Int)]
  private var best = Int.min
  private var rest: [Int] = []

  init(nodesLeft: Int, stays: [(size: [Int], back: Int, price: Int, count: Int)]) {
    self.nodesLeft = nodesLeft
    self.stays = stays
  }

  /// nil: too many choices.
  mutating func run(_ worth: [Int], _ room: [Int], _ at: Int) -> Int? {
    rest = [Int](repeating: 0, count: stays.count + 1)
    for index in stays.indices.reversed() { rest[index] = rest[index + 1] + stays[index].price * stays[index].count }
    var room = room
    descend(0, worth, &room, at, 0)
    return nodesLeft < 0 ? nil : best
  }

  private mutating func descend(_ index: Int, _ worth: [Int], _ room: inout [Int], _ at: Int, _ sum: Int) {
    nodesLeft -= 1
    guard nodesLeft >= 0, sum + rest[index] + worth[at] > best else { return }
    guard index < stays.count else {
      best = sum + worth[at]
      return
    }
    let stay = stays[index]
    var count = stay.count
    for (level, amount) in stay.size.enumerated() where amount > 0 { count = min(count, room[level] / amount) }
    for level in room.indices { room[level] -= count * stay.size[level] }
    while count >= 0 {
      descend(index + 1, worth, &room, at - count * stay.back, sum + count * stay.price)
      for level in room.indices { room[level] += stay.size[level] }
      count -= 1
    }
    for level in room.indices { room[level] -= stay.size[level] }
  }
}
