/// The best choice of what a host keeps beside the best that then still fits.
struct KeptSearch {
  private(set) var best = Int.min
  /// By entry of the room: how many are kept.
  private(set) var kept: [Int] = []
  /// Cell that the arrivals fill; -1: nothing arrives since what stays is too much.
  private(set) var cell = -1

  private var chosen: [Int] = []
  private var restValues: [Int] = []
  private var nodes = 0

  /// `best`: worth of keeping everything whatever its size, if that is allowed.
  mutating func start(_ best: Int, kept: [Int]) {
    self.best = best
    self.kept = kept
    cell = -1
  }

  /// `rest`: worth of everything that may be kept.
  mutating func run(_ room: ContentPricer.Room, _ prices: [Int], _ filler: FillerTable, _ gain: Int, rest: Int) {
    let known = (best, kept)
    chosen = [Int](repeating: 0, count: room.kept.count)
    restValues.removeAll(keepingCapacity: true)
    var left = rest
    for entry in room.kept {
      restValues.append(left)
      left -= prices[entry.sizeClass] * entry.count
    }
    restValues.append(0)
    nodes = 0
    filler.values.withUnsafeBufferPointer { values in
      room.kept.withUnsafeBufferPointer { entries in
        descend(0, room.cell, room.packed, gain, entries, prices, values)
      }
    }
    guard nodes > ContentPricer.nodesMax else { return }
    (best, kept) = known
    cell = -1
    tabulate(room, prices, filler, gain)
  }

  private mutating func descend(
    _ depth: Int, _ at: Int, _ packed: UInt64, _ value: Int, _ entries: UnsafeBufferPointer<ContentPricer.Kept>, _ prices: [Int],
    _ values: UnsafeBufferPointer<Int>
  ) {
    nodes += 1
    guard nodes <= ContentPricer.nodesMax, value + restValues[depth] + values[at] > best else { return }
    guard depth < entries.count else {
      best = value + values[at]
      for index in chosen.indices { kept[index] = chosen[index] }
      cell = at
      return
    }
    let entry = entries[depth]
    var count = 0
    var room = packed
    while count < entry.count {
      let less = room &- entry.packed
      guard less & FillerTable.guards == FillerTable.guards else { break }
      room = less
      count += 1
    }
    while true {
      chosen[depth] = count
      descend(depth + 1, at - count * entry.offset, room, value + count * prices[entry.sizeClass], entries, prices, values)
      if count == 0 { return }
      count -= 1
      room = room &+ entry.packed
    }
  }

  /// The same by a table over all rooms: for hosts that hold so much that the choices are too many.
  private mutating func tabulate(_ room: ContentPricer.Room, _ prices: [Int], _ filler: FillerTable, _ gain: Int) {
    var table = StayTable(filler)
    for (index, entry) in room.kept.enumerated() { table.add(index, entry.size, entry.count, prices[entry.sizeClass]) }
    guard table.values[room.cell] + gain > best else { return }
    best = table.values[room.cell] + gain
    (kept, cell) = table.choice(at: room.cell, entries: room.kept.count)
  }
}
