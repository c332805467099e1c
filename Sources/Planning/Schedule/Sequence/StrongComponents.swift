/// Strongly connected components of a directed graph (Tarjan 1972), without recursion.
struct StrongComponents {
  /// Nodes of each component; a component comes after all that can be reached from it.
  private(set) var members: [[Int]] = []
  private var order: [Int]
  private var low: [Int]
  private var isOpen: [Bool]
  private var path: [Int] = []
  private var visited = 0

  init(_ successors: [[Int]]) {
    order = [Int](repeating: -1, count: successors.count)
    low = order
    isOpen = [Bool](repeating: false, count: successors.count)
    for node in successors.indices where order[node] < 0 { visit(node, successors) }
  }

  private mutating func enter(_ node: Int) {
    order[node] = visited
    low[node] = visited
    visited += 1
    path.append(node)
    isOpen[node] = true
  }

  private mutating func visit(_ root: Int, _ successors: [[Int]]) {
    var calls = [(node: root, next: 0)]
    enter(root)
    while let (node, next) = calls.last {
      if next < successors[node].count {
        calls[calls.count - 1].next += 1
        let other = successors[node][next]
        if order[other] < 0 {
          enter(other)
          calls.append((other, 0))
        } else if isOpen[other] {
          low[node] = min(low[node], order[other])
        }
        continue
      }
      calls.removeLast()
      if let caller = calls.last?.node { low[caller] = min(low[caller], low[node]) }
      if low[node] == order[node] { close(node) }
    }
  }

  private mutating func close(_ node: Int) {
    var component: [Int] = []
    while let last = path.popLast() {
      isOpen[last] = false
      component.append(last)
      if last == node { break }
    }
    members.append(component.sorted())
  }
}
