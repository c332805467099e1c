/// A set of a cell's hosts by dense id.
enum HostSet: Equatable {
  case all
  /// Sorted.
  case some([Int])

  func contains(_ host: Int) -> Bool {
    guard case .some(let hosts) = self else { return true }
    var low = 0
    var high = hosts.count
    while low < high {
      let middle = (low + high) / 2
      if hosts[middle] < host { low = middle + 1 } else { high = middle }
    }
    return low < hosts.count && hosts[low] == host
  }

  var isEmpty: Bool { self == .some([]) }
}
