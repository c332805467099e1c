/// Arithmetic on numbers that somebody else says: what does not fit is the nearest number that does, never the end of the process.
extension Int {
  /// What a number of a host is read as at most: above every limit of `FactBounds`, so that it is still seen to be none.
  package static let foreignMax = 1 << 54

  /// Within ± `foreignMax`.
  package init(foreign value: some BinaryInteger) {
    self = Swift.min(Swift.max(Int(clamping: value), -Int.foreignMax), Int.foreignMax)
  }

  /// Within ± `foreignMax`; 0 for what is no number.
  package init(foreign value: Double) {
    guard !value.isNaN else {
      self = 0
      return
    }
    self = Int(Swift.min(Swift.max(value, -Double(Int.foreignMax)), Double(Int.foreignMax)))
  }

  package func plus(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  package func minus(_ other: Int) -> Int {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }

  package func times(_ other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}
