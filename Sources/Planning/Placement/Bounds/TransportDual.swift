/// The cheapest way to give every row one column, with the prices of the columns that prove it.
///
/// The Hungarian method by shortest augmenting paths (Kuhn 1955; Jonker and Volgenant 1987). Every row has an escape of its own beside the shared
/// columns, so that there is always an assignment.
struct TransportDual {
  /// Prices of the shared columns, not negative: what a row would save if there were one more of the column.
  private(set) var prices: [Int]
  /// By row: shared column, or -1 for its escape.
  private(set) var columnOf: [Int]

  /// `cost[row * columns + column]`; `barred` where the row may not have the column.
  static let barred = Int.max

  /// - Parameter escape: cost of each row's own column.
  init(columns: Int, cost: [Int], escape: [Int]) {
    let rows = escape.count
    let width = columns + rows
    // Index 0 of rows and columns stands for "none", as the method needs a place to start from.
    var rowPrice = [Int](repeating: 0, count: rows + 1)
    var columnPrice = [Int](repeating: 0, count: width + 1)
    var rowOf = [Int](repeating: 0, count: width + 1)
    var cameFrom = [Int](repeating: 0, count: width + 1)
    var distance = [Int](repeating: 0, count: width + 1)
    var isDone = [Bool](repeating: false, count: width + 1)
    for start in stride(from: 1, through: rows, by: 1) {
      rowOf[0] = start
      for column in 0...width {
        distance[column] = Int.max
        isDone[column] = false
      }
      var at = 0
      repeat {
        isDone[at] = true
        let row = rowOf[at]
        var least = Int.max
        var next = 0
        for column in stride(from: 1, through: columns, by: 1) where !isDone[column] {
          let raw = cost[(row - 1) * columns + column - 1]
          if raw != Self.barred {
            let reduced = raw - rowPrice[row] - columnPrice[column]
            if reduced < distance[column] {
              distance[column] = reduced
              cameFrom[column] = at
            }
          }
          if distance[column] < least {
            least = distance[column]
            next = column
          }
        }
        let own = columns + row
        if !isDone[own] {
          distance[own] = escape[row - 1] - rowPrice[row] - columnPrice[own]
          cameFrom[own] = at
        }
        for column in stride(from: columns + 1, through: width, by: 1) where !isDone[column] && distance[column] < least {
          least = distance[column]
          next = column
        }
        for column in 0...width {
          if isDone[column] {
            rowPrice[rowOf[column]] += least
            columnPrice[column] -= least
          } else if distance[column] != Int.max {
            distance[column] -= least
          }
        }
        at = next
      } while rowOf[at] != 0
      repeat {
        let before = cameFrom[at]
        rowOf[at] = rowOf[before]
        at = before
      } while at != 0
    }
    prices = (0..<columns).map { -columnPrice[$0 + 1] }
    columnOf = Array(repeating: -1, count: rows)
    for column in 0..<columns where rowOf[column + 1] != 0 { columnOf[rowOf[column + 1] - 1] = column }
  }
}
