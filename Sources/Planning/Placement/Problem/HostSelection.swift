/// A set of a problem's hosts that answers membership in constant time.
package struct HostSelection: Sendable, Hashable {
  /// Sorted.
  package let hosts: [Int]
  /// A bit a host, up to the highest member.
  private let words: [UInt64]

  /// `hosts` in any order.
  package init(_ hosts: [Int]) {
    let sorted = hosts.sorted()
    var words = [UInt64](repeating: 0, count: sorted.last.map { $0 / 64 + 1 } ?? 0)
    for host in sorted { words[host / 64] |= 1 << UInt64(host % 64) }
    self.hosts = sorted
    self.words = words
  }

  package func contains(_ host: Int) -> Bool {
    let word = host >> 6
    return word < words.count && words[word] & (1 << UInt64(host & 63)) != 0
  }

  package var isEmpty: Bool { hosts.isEmpty }
}
