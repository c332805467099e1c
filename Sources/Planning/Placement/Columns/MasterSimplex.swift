/// The linear programme over contents: at least `demand` of every class, exactly `count` contents for every set, least cost.
///
/// Generalised upper bounds (Dantzig and Van Slyke 1967): of each set one basic column is its key and is substituted out, so that the basis that is
/// kept inverted has only one row a class. Floating point: nothing here is a proof, its duals only propose prices.
struct MasterSimplex {
  struct Column {
    var set: Int
    var cost: Double
    /// Range in `entries`.
    var start: Int
    var end: Int
  }

  struct Entry {
    var row: Int32
    var amount: Double
  }

  /// What a position of the working basis holds.
  enum Basic: Equatable {
    case column(Int)
    /// More than demanded.
    case surplus
    /// Less than demanded, at the cost of `shortCost` a piece.
    case short
  }

  /// Reduced costs above -this times the cost scale are taken for zero.
  static let tolerance = 1e-7
  private static let pivotMin = 1e-9
  /// Values below it are rounding, or the tiny excesses of demand.
  private static let valueMin = 1e-4
  /// Pivots between two inversions from scratch.
  private static let freshAfter = 150

  let rows: Int
  private(set) var columns: [Column] = []
  private(set) var entries: [Entry] = []
  private(set) var columnsOf: [[Int]] = []
  private(set) var key: [Int] = []
  private(set) var keyValue: [Double] = []
  private(set) var basic: [Basic]
  /// Class of a surplus or short position.
  private var rowOf: [Int]
  private var setOf: [Int]
  private(set) var value: [Double]
  private(set) var duals: [Double]
  var shortCost: Double
  private(set) var pivots = 0
  /// Row-major.
  private var inverse: [Double]
  private var sinceFresh = 0
  private var nextSet = 0
  private var demand: [Double]
  private var counts: [Double] = []
  private var direction: [Double]
  private var rate: [Double] = []

  /// Tiny different excesses of demand keep the pivots from running in circles.
  init(demand: [Int], shortCost: Double) {
    rows = demand.count
    self.shortCost = shortCost
    self.demand = Self.perturbed(demand)
    basic = [Basic](repeating: .short, count: rows)
    rowOf = Array(0..<rows)
    setOf = [Int](repeating: -1, count: rows)
    value = self.demand
    duals = [Double](repeating: shortCost, count: rows)
    inverse = [Double](repeating: 0, count: rows * rows)
    direction = [Double](repeating: 0, count: rows)
    for row in 0..<rows { inverse[row * rows + row] = 1 }
  }

  private static func perturbed(_ demand: [Int]) -> [Double] {
    demand.indices.map { Double(demand[$0]) + 1e-7 * Double(1 + ($0 * 7919) % 97) }
  }

  /// Before `start`: a set with its first column as key.
  mutating func addSet(count: Int) {
    columnsOf.append([])
    key.append(-1)
    keyValue.append(Double(count))
    counts.append(Double(count))
    rate.append(0)
  }

  @discardableResult mutating func addColumn(set: Int, cost: Double, _ amounts: [ColumnModel.Amount]) -> Int {
    let start = entries.count
    for amount in amounts where amount.count != 0 { entries.append(Entry(row: Int32(amount.sizeClass), amount: Double(amount.count))) }
    columns.append(Column(set: set, cost: cost, start: start, end: entries.count))
    columnsOf[set].append(columns.count - 1)
    if key[set] < 0 { key[set] = columns.count - 1 }
    return columns.count - 1
  }

  /// Begins anew with another demand, and so many contents of every set.
  mutating func restart(demand: [Int], counts: [Int]) {
    self.demand = Self.perturbed(demand)
    for set in counts.indices { self.counts[set] = Double(counts[set]) }
    start()
  }

  /// Columns other than these are never used again; each set must keep one.
  mutating func keepOnly(_ isKept: (Int) -> Bool) {
    for set in columnsOf.indices {
      columnsOf[set].removeAll { !isKept($0) }
      if !isKept(key[set]), let first = columnsOf[set].first { key[set] = first }
    }
  }

  /// Columns in use with their values.
  func solution() -> [(column: Int, value: Double)] {
    var found: [(column: Int, value: Double)] = []
    for set in key.indices where keyValue[set] > Self.valueMin { found.append((key[set], keyValue[set])) }
    for position in 0..<rows where value[position] > Self.valueMin {
      if case .column(let column) = basic[position] { found.append((column, value[position])) }
    }
    return found
  }

  /// Begins with the keys alone and what they leave short or over.
  mutating func start() {
    for row in 0..<rows { value[row] = demand[row] }
    for set in key.indices {
      for index in columns[key[set]].start..<columns[key[set]].end {
        value[Int(entries[index].row)] -= counts[set] * entries[index].amount
      }
    }
    for row in 0..<rows {
      rowOf[row] = row
      setOf[row] = -1
      basic[row] = value[row] < 0 ? .surplus : .short
    }
    refresh()
  }

  /// Summed cost, what is short included.
  var objective: Double {
    var sum = 0.0
    for set in key.indices { sum += columns[key[set]].cost * keyValue[set] }
    for position in 0..<rows { sum += cost(position) * value[position] }
    return sum
  }

  /// Summed shortage.
  var shortage: Double { (0..<rows).reduce(0) { basic[$1] == .short ? $0 + max(0, value[$1]) : $0 } }

  private func cost(_ position: Int) -> Double {
    switch basic[position] {
    case .column(let column): return columns[column].cost
    case .surplus: return 0
    case .short: return shortCost
    }
  }

  func priced(_ column: Int) -> Double {
    var sum = columns[column].cost
    for index in columns[column].start..<columns[column].end { sum -= duals[Int(entries[index].row)] * entries[index].amount }
    return sum
  }

  // MARK: - Solving

  /// Until no column would lower the cost, or `pivotsMax` are made; false then.
  mutating func solve(pivotsMax: Int) -> Bool {
    var left = pivotsMax
    findDuals()
    while let entering = findEntering() {
      guard left > 0 else { return false }
      left -= 1
      pivots += 1
      guard enter(entering) else { return true }
    }
    return true
  }

  private enum Entering {
    case column(Int)
    case surplus(Int)
    case short(Int)
  }

  private func findSlack() -> (Entering, Double)? {
    var best: (Entering, Double)?
    for row in 0..<rows {
      if duals[row] < -Self.tolerance, duals[row] < best?.1 ?? 0 { best = (.surplus(row), duals[row]) }
      if shortCost - duals[row] < -Self.tolerance * shortCost, shortCost - duals[row] < best?.1 ?? 0 {
        best = (.short(row), shortCost - duals[row])
      }
    }
    return best
  }

  /// Looks through some sets at a time and takes the best of the first that have any.
  private mutating func findEntering() -> Entering? {
    if let slack = findSlack() { return slack.0 }
    let sets = key.count
    let batch = max(16, sets / 8)
    var best: (Int, Double)?
    var looked = 0
    while looked < sets {
      for _ in 0..<min(batch, sets - looked) {
        let set = nextSet
        nextSet = nextSet + 1 == sets ? 0 : nextSet + 1
        looked += 1
        guard columnsOf[set].count > 1, counts[set] > 0 else { continue }
        let level = priced(key[set])
        for column in columnsOf[set] {
          let reduced = priced(column) - level
          if reduced < (best?.1 ?? -Self.tolerance) { best = (column, reduced) }
        }
      }
      if let best { return .column(best.0) }
    }
    return nil
  }

  private mutating func findDirection(_ entering: Entering) -> Int {
    for position in 0..<rows { direction[position] = 0 }
    func add(_ row: Int, _ amount: Double) {
      for position in 0..<rows { direction[position] += inverse[position * rows + row] * amount }
    }
    switch entering {
    case .surplus(let row): add(row, -1)
    case .short(let row): add(row, 1)
    case .column(let column):
      let set = columns[column].set
      for index in columns[column].start..<columns[column].end { add(Int(entries[index].row), entries[index].amount) }
      for index in columns[key[set]].start..<columns[key[set]].end { add(Int(entries[index].row), -entries[index].amount) }
      return set
    }
    return -1
  }

  private enum Leaving {
    case position(Int)
    case key(Int)
  }

  /// Ratio test over working positions and keys; nil: unbounded, which only rounding can bring about.
  private mutating func findLeaving(_ set: Int) -> (Leaving, Double)? {
    var step = Double.infinity
    var leaving: Leaving?
    var size = 0.0
    func consider(_ who: Leaving, _ value: Double, _ speed: Double) {
      guard speed > Self.pivotMin else { return }
      let ratio = max(0, value) / speed
      if ratio < step - 1e-12 || ratio < step + 1e-12 && speed > size {
        step = min(step, ratio)
        leaving = who
        size = speed
      }
    }
    for position in 0..<rows where setOf[position] >= 0 { rate[setOf[position]] = 0 }
    if set >= 0 { rate[set] = 1 }
    for position in 0..<rows {
      consider(.position(position), value[position], direction[position])
      if setOf[position] >= 0 { rate[setOf[position]] -= direction[position] }
    }
    for position in 0..<rows where setOf[position] >= 0 {
      consider(.key(setOf[position]), keyValue[setOf[position]], rate[setOf[position]])
    }
    if set >= 0 { consider(.key(set), keyValue[set], rate[set]) }
    return leaving.map { ($0, step) }
  }

  private mutating func enter(_ entering: Entering) -> Bool {
    let set = findDirection(entering)
    guard let (leaving, step) = findLeaving(set) else { return false }
    // Each key moves once, however many positions its set has.
    if set >= 0 {
      keyValue[set] -= step * rate[set]
      rate[set] = 0
    }
    for position in 0..<rows {
      value[position] -= step * direction[position]
      let other = setOf[position]
      guard other >= 0 else { continue }
      keyValue[other] -= step * rate[other]
      rate[other] = 0
    }
    switch leaving {
    case .position(let position): replace(position, entering, set, step)
    case .key(let other):
      guard let position = (0..<rows).filter({ setOf[$0] == other }).max(by: { value[$0] < value[$1] }) else {
        if case .column(let column) = entering {
          key[set] = column
          keyValue[set] = step
        }
        return true
      }
      swapKey(other, position)
      if other == set { _ = findDirection(entering) } else { turn(position, other) }
      replace(position, entering, set, step)
    }
    sinceFresh += 1
    if sinceFresh >= Self.freshAfter { refresh() } else { findDuals() }
    return true
  }

  /// The position's column becomes the key of its set and the old key takes the position.
  private mutating func swapKey(_ set: Int, _ position: Int) {
    for column in 0..<rows {
      var sum = 0.0
      for other in 0..<rows where setOf[other] == set { sum += inverse[other * rows + column] }
      inverse[position * rows + column] = -sum
    }
    if case .column(let column) = basic[position] {
      basic[position] = .column(key[set])
      key[set] = column
      swap(&keyValue[set], &value[position])
    }
  }

  private mutating func turn(_ position: Int, _ set: Int) {
    var sum = 0.0
    for other in 0..<rows where setOf[other] == set { sum += direction[other] }
    direction[position] = -sum
  }

  private mutating func replace(_ position: Int, _ entering: Entering, _ set: Int, _ step: Double) {
    let pivot = direction[position]
    let scale = 1 / pivot
    inverse.withUnsafeMutableBufferPointer { inverse in
      for column in 0..<rows { inverse[position * rows + column] *= scale }
      for other in 0..<rows where other != position && direction[other] != 0 {
        let factor = direction[other]
        for column in 0..<rows { inverse[other * rows + column] -= factor * inverse[position * rows + column] }
      }
    }
    value[position] = step
    setOf[position] = set
    switch entering {
    case .column(let column): basic[position] = .column(column)
    case .surplus(let row):
      basic[position] = .surplus
      rowOf[position] = row
    case .short(let row):
      basic[position] = .short
      rowOf[position] = row
    }
  }

  private mutating func findDuals() {
    for row in 0..<rows { duals[row] = 0 }
    for position in 0..<rows {
      var cost = cost(position)
      if setOf[position] >= 0 { cost -= columns[key[setOf[position]]].cost }
      guard cost != 0 else { continue }
      let start = position * rows
      for row in 0..<rows { duals[row] += cost * inverse[start + row] }
    }
  }

  // MARK: - From scratch

  /// Inverts the working basis and finds all values anew, so that rounding does not add up.
  private mutating func refresh() {
    sinceFresh = 0
    var matrix = [Double](repeating: 0, count: rows * rows)
    for position in 0..<rows {
      switch basic[position] {
      case .surplus: matrix[rowOf[position] * rows + position] = -1
      case .short: matrix[rowOf[position] * rows + position] = 1
      case .column(let column):
        for index in columns[column].start..<columns[column].end {
          matrix[Int(entries[index].row) * rows + position] += entries[index].amount
        }
        let keyColumn = columns[key[setOf[position]]]
        for index in keyColumn.start..<keyColumn.end { matrix[Int(entries[index].row) * rows + position] -= entries[index].amount }
      }
    }
    inverse = Self.inverse(matrix, rows)
    var right = demand
    for set in key.indices {
      let column = columns[key[set]]
      for index in column.start..<column.end { right[Int(entries[index].row)] -= counts[set] * entries[index].amount }
      keyValue[set] = counts[set]
    }
    for position in 0..<rows {
      var sum = 0.0
      for row in 0..<rows { sum += inverse[position * rows + row] * right[row] }
      value[position] = sum
    }
    for position in 0..<rows where setOf[position] >= 0 { keyValue[setOf[position]] -= value[position] }
    findDuals()
  }

  /// Gauss and Jordan with row pivots.
  private static func inverse(_ matrix: [Double], _ rows: Int) -> [Double] {
    var left = matrix
    var right = [Double](repeating: 0, count: rows * rows)
    for row in 0..<rows { right[row * rows + row] = 1 }
    left.withUnsafeMutableBufferPointer { left in
      right.withUnsafeMutableBufferPointer { right in
        for column in 0..<rows {
          var pivot = column
          for row in column..<rows where abs(left[row * rows + column]) > abs(left[pivot * rows + column]) { pivot = row }
          if pivot != column {
            for index in 0..<rows {
              left.swapAt(pivot * rows + index, column * rows + index)
              right.swapAt(pivot * rows + index, column * rows + index)
            }
          }
          let scale = 1 / left[column * rows + column]
          for index in 0..<rows {
            left[column * rows + index] *= scale
            right[column * rows + index] *= scale
          }
          for row in 0..<rows where row != column && left[row * rows + column] != 0 {
            let factor = left[row * rows + column]
            for index in 0..<rows {
              left[row * rows + index] -= factor * left[column * rows + index]
              right[row * rows + index] -= factor * right[column * rows + index]
            }
          }
        }
      }
    }
    return right
  }
}
