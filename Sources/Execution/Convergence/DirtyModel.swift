package import Fleet

/// How many bytes a guest dirties: writes hit the pages of a working set at random, and a page written twice is sent once.
///
/// U(t) = W·(1 − (1 − p/W)^(λt)) with page size p, working set W and λ writes a second (A. Gudkov on the QEMU list, about what
/// `calc-dirty-rate` measures). A rate measured over one window misleads: long windows give smaller rates.
package struct DirtyModel: Sendable, Equatable {
  package static let pageBytes = 4096.0
  /// Two windows tell a working set only if they differ at least that much in length.
  package static let windowRatioMin = 1.5

  /// Unique bytes dirtied within a time.
  package struct Window: Sendable, Equatable {
    package var milliseconds: Int
    package var bytes: Int

    package init(milliseconds: Int, bytes: Int) {
      self.milliseconds = milliseconds
      self.bytes = bytes
    }
  }

  /// Bytes written a second, λ·p.
  package var bytesPerSecond: Double
  /// Nil: not known; no page is taken to be written twice, which is never too little.
  package var workingSetBytes: Double?

  package init(bytesPerSecond: Double, workingSetBytes: Double? = nil) {
    self.bytesPerSecond = max(0, bytesPerSecond)
    self.workingSetBytes = workingSetBytes.map { max($0, 0) }
  }

  /// From one window; what it cannot tell is not known.
  package init(_ window: Window) {
    self.init(bytesPerSecond: window.milliseconds > 0 ? Double(window.bytes) * 1000 / Double(window.milliseconds) : 0)
  }

  /// From two windows of different lengths: the one W and λ for which both hold; nil if none does.
  package init?(_ one: Window, _ other: Window) {
    let (short, long) = one.milliseconds <= other.milliseconds ? (one, other) : (other, one)
    guard short.milliseconds > 0, short.bytes > 0, long.bytes > short.bytes,
      Double(long.milliseconds) >= Double(short.milliseconds) * DirtyModel.windowRatioMin
    else { return nil }
    let (shortSeconds, longSeconds) = (Double(short.milliseconds) / 1000, Double(long.milliseconds) / 1000)
    let wanted = Double(short.bytes) / Double(long.bytes)
    // The ratio rises from the windows' own (nothing is written twice) towards 1 (all is written in the shorter one already).
    guard wanted > shortSeconds / longSeconds else { return nil }
    var (low, high) = (1e-9, 1e3 / shortSeconds)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      let ratio = Exponential.fallen(middle * shortSeconds) / Exponential.fallen(middle * longSeconds)
      if ratio < wanted { low = middle } else { high = middle }
    }
    let set = Double(short.bytes) / Exponential.fallen(high * shortSeconds)
    self.init(bytesPerSecond: high * set / DirtyModel.stretch(set), workingSetBytes: set)
  }

  /// What was measured of a guest before its migration; nil: nothing was. A guest that stands still writes nothing.
  package init?(_ instance: InstanceObservation) {
    if instance.power == .paused {
      self.init(bytesPerSecond: 0)
    } else if let rate = instance.dirtyBytesPerSecond {
      self.init(bytesPerSecond: Double(rate), workingSetBytes: instance.workingSetBytes.map(Double.init))
    } else {
      return nil
    }
  }

  /// Unique bytes dirtied within a time.
  package func bytes(seconds: Double) -> Double {
    guard seconds > 0, bytesPerSecond > 0 else { return 0 }
    guard let set = workingSetBytes else { return bytesPerSecond * seconds }
    guard set > DirtyModel.pageBytes else { return min(set, bytesPerSecond * seconds) }
    return set * Exponential.fallen(bytesPerSecond * DirtyModel.stretch(set) * seconds / set)
  }

  /// −ln(1 − p/W) ÷ (p/W): 1 for working sets of many pages.
  private static func stretch(_ set: Double) -> Double {
    let part = min(0.5, pageBytes / set)
    return Exponential.logarithm(ofOneMinus: part) / -part
  }

  /// Bytes that one iteration leaves to the next in the long run: x = U(x/B), 0 if the rate outruns the guest.
  package func fixedPoint(bytesPerSecond rate: Double, memoryBytes: Double) -> Double {
    guard rate > 0, bytesPerSecond > rate else { return 0 }
    guard let set = workingSetBytes, set < memoryBytes else {
      return workingSetBytes == nil ? memoryBytes : fixedPoint(rate: rate, upTo: memoryBytes)
    }
    return fixedPoint(rate: rate, upTo: set)
  }

  /// U rises ever more slowly: above the line below the fixed point, below it beyond.
  private func fixedPoint(rate: Double, upTo most: Double) -> Double {
    var (low, high) = (0.0, most)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if bytes(seconds: middle / rate) > middle { low = middle } else { high = middle }
    }
    return high
  }
}

/// Exponentials without the C mathematics library, so that the target stays free of imports.
enum Exponential {
  /// 1 − e^−x for x ≥ 0, exact for small x too.
  static func fallen(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    if x > 40 { return 1 }
    // By the series at x/2^n, then f(2y) = f(y)·(2 − f(y)), n times.
    var (part, halvings) = (x, 0)
    while part > 0.05 {
      part /= 2
      halvings += 1
    }
    var (sum, term) = (0.0, -1.0)
    for power in 1...10 {
      term *= -part / Double(power)
      sum += term
    }
    return (0..<halvings).reduce(sum) { value, _ in value * (2 - value) }
  }

  /// ln(1 − x) for 0 ≤ x ≤ 0.5.
  static func logarithm(ofOneMinus x: Double) -> Double {
    var (sum, power) = (0.0, 1.0)
    for degree in 1...60 {
      power *= x
      sum -= power / Double(degree)
    }
    return sum
  }
}
