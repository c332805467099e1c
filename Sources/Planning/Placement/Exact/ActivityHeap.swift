/// Variables by how often conflicts met them lately, most first; ties go to the lower number.
struct ActivityHeap {
  private(set) var activity: [Double] = []
  private var heap: [Int32] = []
  /// By variable: its place in the heap; -1: not in it.
  private var places: [Int32] = []
  private var increment = 1.0

  /// Share of its activity that a variable keeps from one conflict to the next.
  private static let decay = 0.95
  /// Where all activities are scaled down.
  private static let activityMax = 1e100

  mutating func addVariable() {
    activity.append(0)
    places.append(-1)
    insert(activity.count - 1)
  }

  mutating func insert(_ variable: Int) {
    guard places[variable] < 0 else { return }
    places[variable] = Int32(heap.count)
    heap.append(Int32(variable))
    rise(heap.count - 1)
  }

  mutating func popFirst() -> Int? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    places[Int(first)] = -1
    if !heap.isEmpty {
      heap[0] = last
      places[Int(last)] = 0
      sink(0)
    }
    return Int(first)
  }

  mutating func bump(_ variable: Int) {
    activity[variable] += increment
    if activity[variable] > Self.activityMax {
      for index in activity.indices { activity[index] /= Self.activityMax }
      increment /= Self.activityMax
    }
    if places[variable] >= 0 { rise(Int(places[variable])) }
  }

  mutating func age() { increment /= Self.decay }

  private func isBefore(_ a: Int32, _ b: Int32) -> Bool {
    let (first, second) = (activity[Int(a)], activity[Int(b)])
    return first != second ? first > second : a < b
  }

  private mutating func rise(_ start: Int) {
    var place = start
    let variable = heap[place]
    while place > 0 {
      let parent = (place - 1) / 2
      guard isBefore(variable, heap[parent]) else { break }
      heap[place] = heap[parent]
      places[Int(heap[place])] = Int32(place)
      place = parent
    }
    heap[place] = variable
    places[Int(variable)] = Int32(place)
  }

  private mutating func sink(_ start: Int) {
    var place = start
    let variable = heap[place]
    while true {
      var child = 2 * place + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, isBefore(heap[child + 1], heap[child]) { child += 1 }
      guard isBefore(heap[child], variable) else { break }
      heap[place] = heap[child]
      places[Int(heap[place])] = Int32(place)
      place = child
    }
    heap[place] = variable
    places[Int(variable)] = Int32(place)
  }
}
