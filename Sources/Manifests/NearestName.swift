/// "Did you mean": the known word that a typing error turns into another.
package enum NearestName {
  /// The nearest of `known` within a third of the word's length (at least 1 edit), the first of equals; nil if none is near.
  /// `editsMax`: no word further away than that, whatever its length.
  package static func of(_ word: String, in known: some Sequence<String>, editsMax: Int = .max) -> String? {
    let word = word.utf8.map(lowercased)
    guard !word.isEmpty, word.count <= 253 else { return nil }
    var rows: [Int] = []
    var best: (distance: Int, word: String)?
    for candidate in known {
      let letters = candidate.utf8.map(lowercased)
      let limit = min(best.map { $0.distance - 1 } ?? editsMax, max(1, max(word.count, letters.count) / 3))
      guard limit >= 0 else { break }
      guard abs(letters.count - word.count) <= limit, let distance = distance(word, letters, limit: limit, &rows) else { continue }
      best = (distance, candidate)
    }
    return best?.word
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment) from one word to the other; nil above the limit.
  /// `rows` is storage to use again.
  static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int, _ rows: inout [Int]) -> Int? {
    let width = right.count + 1
    rows.removeAll(keepingCapacity: true)
    rows.append(contentsOf: repeatElement(0, count: 3 * width))
    var (current, last, beforeLast) = (2 * width, width, 0)
    for j in 0..<width { rows[last + j] = j }
    for i in left.indices {
      rows[current] = i + 1
      var lowest = i + 1
      for j in right.indices {
        var cost = min(rows[last + j] + (left[i] == right[j] ? 0 : 1), rows[last + j + 1] + 1, rows[current + j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { cost = min(cost, rows[beforeLast + j - 1] + 1) }
        rows[current + j + 1] = cost
        lowest = min(lowest, cost)
      }
      guard lowest <= limit else { return nil }
      (current, last, beforeLast) = (beforeLast, current, last)
    }
    return rows[last + right.count] <= limit ? rows[last + right.count] : nil
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }
}
