/// The best of keeping things beside the best arrivals, for every room at once; made for one host type from the table of its profile.
struct StayTable {
  /// A bundle of things that is kept whole or not at all.
  private struct Bundle {
    var entry: Int
    var count: Int
    var offset: Int
    /// By cell.
    var isKept: [Bool]
  }

  private let filler: FillerTable
  private(set) var values: [Int]
  private var bundles: [Bundle] = []

  init(_ filler: FillerTable) {
    self.filler = filler
    values = filler.values
  }

  /// Up to `count` things; bundles of doubling size make up every number of them.
  mutating func add(_ entry: Int, _ size: [Int], _ count: Int, _ price: Int) {
    var left = count
    var bundle = 1
    while left > 0 {
      let taken = min(bundle, left)
      addBundle(entry, size.map { $0 * taken }, taken, taken * price)
      left -= taken
      bundle *= 2
    }
  }

  private mutating func addBundle(_ entry: Int, _ size: [Int], _ count: Int, _ gain: Int) {
    guard size.indices.allSatisfy({ size[$0] < filler.levels[$0] }) else { return }
    var bundle = Bundle(entry: entry, count: count, offset: filler.offset(size), isKept: [Bool](repeating: false, count: values.count))
    let before = values
    filler.forEachRow(atLeast: size) { cells in
      for cell in cells where before[cell - bundle.offset] + gain > before[cell] {
        values[cell] = before[cell - bundle.offset] + gain
        bundle.isKept[cell] = true
      }
    }
    bundles.append(bundle)
  }

  /// How many are kept of each entry, and the cell that arrivals fill.
  func choice(at cell: Int, entries: Int) -> (kept: [Int], cell: Int) {
    var kept = [Int](repeating: 0, count: entries)
    var cell = cell
    for bundle in bundles.reversed() where bundle.isKept[cell] {
      kept[bundle.entry] += bundle.count
      cell -= bundle.offset
    }
    return (kept, cell)
  }
}
