/// Regular expressions of whole numbers.
package enum NumberPattern {
  /// Matches the numbers of the range and no other, without leading zeros.
  package static func of(_ range: ClosedRange<Int>) -> String {
    precondition(range.lowerBound >= 0, "there are no negative quantities")
    let pieces = split(range).map { low, high in
      let (low, high) = (Array("\(low)"), Array("\(high)"))
      let same = zip(low, high).prefix { $0 == $1 }.count
      let free = zip(low, high).reversed().prefix { $0 == ("0", "9") }.count
      let middle = low.count - same - free
      let digits = middle == 0 ? "" : middle == 1 ? "[\(low[same])-\(high[same])]" : nil
      guard let digits else { preconditionFailure("a piece differs in one digit before its free ones") }
      let tail = free == 0 ? "" : free == 1 ? "[0-9]" : "[0-9]{\(free)}"
      return String(low[..<same]) + digits + tail
    }
    return pieces.count == 1 ? pieces[0] : "(?:\(pieces.joined(separator: "|")))"
  }

  /// Pieces of which each is a run of digits, one digit of a range, and free digits.
  private static func split(_ range: ClosedRange<Int>) -> [(Int, Int)] {
    var pieces: [(Int, Int)] = []
    var low = range.lowerBound
    while low <= range.upperBound {
      var unit = 1
      // Widen by free digits while they start at 0 here and end within the range.
      while low > 0, low % (unit * 10) == 0, range.upperBound - low >= unit * 10 - 1 { unit *= 10 }
      let digit = low / unit % 10
      var steps = 9 - digit
      while steps > 0, range.upperBound - low < unit * (steps + 1) - 1 { steps -= 1 }
      pieces.append((low, low + unit * (steps + 1) - 1))
      low += unit * (steps + 1)
    }
    return pieces
  }
}
