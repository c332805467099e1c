/// The least (key, value) first; equal keys by value, so that the order is always the same.
struct KeyedHeap: Sendable {
  private var keys: [Int] = []
  private var values: [Int] = []

  var isEmpty: Bool { keys.isEmpty }
  var count: Int { keys.count }
  var first: (key: Int, value: Int)? { keys.isEmpty ? nil : (keys[0], values[0]) }

  private func isBefore(_ one: Int, _ other: Int) -> Bool {
    keys[one] != keys[other] ? keys[one] < keys[other] : values[one] < values[other]
  }

  private mutating func swap(_ one: Int, _ other: Int) {
    keys.swapAt(one, other)
    values.swapAt(one, other)
  }

  mutating func push(_ key: Int, _ value: Int) {
    keys.append(key)
    values.append(value)
    var child = keys.count - 1
    while child > 0, isBefore(child, (child - 1) / 2) {
      swap(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> (key: Int, value: Int)? {
    guard let least = first else { return nil }
    swap(0, keys.count - 1)
    keys.removeLast()
    values.removeLast()
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < keys.count else { return least }
      if child + 1 < keys.count, isBefore(child + 1, child) { child += 1 }
      guard isBefore(child, parent) else { return least }
      swap(child, parent)
      parent = child
    }
  }
}
