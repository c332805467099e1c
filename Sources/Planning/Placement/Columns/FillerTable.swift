/// Best value of arrivals alone for every room up to the largest of a profile: an unbounded knapsack, shared by all hosts of the profile.
struct FillerTable {
  /// A thing that may be put on a host of the profile.
  struct Entry {
    var sizeClass: Int
    /// Cells that it moves back in the table.
    var offset: Int
    var packed: UInt64
    var size: [Int]
  }

  /// One guard bit above every field of 15 bits, so that a subtraction tells at once whether each resource sufficed.
  static let guards: UInt64 = 0x8000_8000_8000_8000
  private static let fieldBits = 16

  /// Cells by resource, the last running fastest.
  let levels: [Int]
  private let strides: [Int]
  private(set) var values: [Int]
  /// Class put last to reach the value of a cell; -1: none.
  private(set) var choices: [Int16]
  /// By arrival of the profile.
  let entries: [Entry]

  init(levels: [Int], arrivals: [(sizeClass: Int, size: [Int])]) {
    self.levels = levels
    var strides = [Int](repeating: 1, count: levels.count)
    for level in levels.indices.dropLast().reversed() { strides[level] = strides[level + 1] * levels[level + 1] }
    self.strides = strides
    let cells = levels.reduce(1, *)
    values = [Int](repeating: 0, count: cells)
    choices = [Int16](repeating: -1, count: cells)
    entries = arrivals.map { arrival in
      Entry(
        sizeClass: arrival.sizeClass, offset: Self.offset(arrival.size, strides), packed: Self.packed(arrival.size), size: arrival.size)
    }
  }

  private static func offset(_ size: [Int], _ strides: [Int]) -> Int { size.indices.reduce(0) { $0 + size[$1] * strides[$1] } }

  /// Sizes that do not fit a field fit no host.
  static func packed(_ size: [Int]) -> UInt64 {
    size.indices.reduce(0) { $0 | UInt64(min(size[$1], 0x7fff)) << UInt64($1 * fieldBits) }
  }

  func offset(_ size: [Int]) -> Int { Self.offset(size, strides) }

  /// Tabulates anew. `gains`: what one more of each entry brings; entries of no gain or no size are passed over.
  ///
  /// Cost: cells times the entries that no smaller ones make up for.
  mutating func fill(_ gains: [Int]) {
    for cell in values.indices {
      values[cell] = 0
      choices[cell] = -1
    }
    let order = entries.indices.filter { gains[$0] > 0 && entries[$0].offset > 0 && fitsAtAll(entries[$0]) }
    let sorted = order.sorted { (entries[$0].offset, -gains[$0], $0) < (entries[$1].offset, -gains[$1], $1) }
    for index in sorted where values[entries[index].offset] < gains[index] { add(entries[index], gains[index], index) }
  }

  private func fitsAtAll(_ entry: Entry) -> Bool { entry.size.indices.allSatisfy { entry.size[$0] < levels[$0] } }

  private mutating func add(_ entry: Entry, _ gain: Int, _ index: Int) {
    let choice = Int16(truncatingIfNeeded: index)
    let levels = levels
    values.withUnsafeMutableBufferPointer { values in
      choices.withUnsafeMutableBufferPointer { choices in
        Self.forEachRow(levels, atLeast: entry.size) { cells in
          for cell in cells {
            let value = values[cell - entry.offset] + gain
            if value > values[cell] {
              values[cell] = value
              choices[cell] = choice
            }
          }
        }
      }
    }
  }

  /// Runs of neighbouring cells that together are all rooms of at least `size`, ascending.
  func forEachRow(atLeast size: [Int], _ body: (Range<Int>) -> Void) { Self.forEachRow(levels, atLeast: size, body) }

  @inline(__always) private static func forEachRow(_ levels: [Int], atLeast size: [Int], _ body: (Range<Int>) -> Void) {
    let inner = levels.last ?? 1
    let innerSize = size.last ?? 0
    let outer = max(0, levels.count - 1)
    var position = [Int](repeating: 0, count: outer)
    for row in 0..<levels.reduce(1, *) / inner {
      var reaches = true
      for level in position.indices where position[level] < size[level] { reaches = false }
      if reaches { body(row * inner + innerSize..<(row + 1) * inner) }
      for level in position.indices.reversed() {
        position[level] += 1
        if position[level] < levels[level] { break }
        position[level] = 0
      }
    }
  }

  /// Classes and numbers that make up the value of a cell.
  func content(at cell: Int) -> [ColumnModel.Amount] {
    var cell = cell
    var found: [ColumnModel.Amount] = []
    while choices[cell] >= 0 {
      let entry = entries[Int(choices[cell])]
      if let last = found.last, last.sizeClass == entry.sizeClass {
        found[found.count - 1].count += 1
      } else {
        found.append(ColumnModel.Amount(sizeClass: entry.sizeClass, count: 1))
      }
      cell -= entry.offset
    }
    return found
  }
}
