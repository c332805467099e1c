package import Fleet

/// When a migration's downtime limit rises, and to what.
///
/// Formulas: nova `downtime_steps` (linear since commit bcd584f293; exponential as in Kilo and Liberty), values truncated to whole
/// milliseconds. Delays scale by `GuestSize.scalingGiB`.
package struct DowntimeCurve: Sendable, Equatable {
  package struct Step: Sendable, Equatable {
    package var afterMilliseconds: Int
    package var limitMilliseconds: Int

    package init(afterMilliseconds: Int, limitMilliseconds: Int) {
      self.afterMilliseconds = afterMilliseconds
      self.limitMilliseconds = limitMilliseconds
    }
  }

  /// Rising in time; the first applies on the first tick after the start.
  package let steps: [Step]

  package init(_ downtime: MigrationPolicy.Downtime, scalingGiB: Double) {
    let waitSeconds = Int(Double(downtime.delayMillisecondsPerGiB) / 1000 * scalingGiB)
    let limit: (Int) -> Int
    let maximum = Double(downtime.maximumMilliseconds)
    let count = Double(downtime.steps)
    switch downtime.curve {
    case .exponential:
      let offset = maximum / (count + 1)
      let base = Power.root(maximum - offset, degree: downtime.steps)
      limit = { Int(offset + Power.power(base, $0) + 1e-6) }
    case .linear:
      let base = maximum / count
      let rise = (maximum - base) / count
      limit = { Int(base + rise * Double($0) + 1e-6) }
    }
    steps = (0...downtime.steps).map { Step(afterMilliseconds: waitSeconds * $0 * 1000, limitMilliseconds: limit($0)) }
  }

  /// The longest pause, at its end.
  package var maximumMilliseconds: Int { steps.last?.limitMilliseconds ?? 0 }

  /// The limit in force after `elapsedMilliseconds`; a late look jumps to the last step passed.
  package func limitMilliseconds(afterMilliseconds elapsedMilliseconds: Int) -> Int? {
    steps.last { $0.afterMilliseconds < elapsedMilliseconds }?.limitMilliseconds
  }
}

/// A guest's size for scaling waits: nova's `data_gb`.
package enum GuestSize {
  /// max(2, memory in GiB) plus max(2, size in GiB) for each disk that is copied.
  package static func scalingGiB(memoryBytes: Int, copiedDisks: [DiskMove]) -> Double {
    let gib = Double(1 << 30)
    return copiedDisks.reduce(max(2, Double(memoryBytes) / gib)) { $0 + max(2, Double($1.bytes) / gib) }
  }
}

/// Integer powers and roots without the C mathematics library, so that the target stays free of imports.
private enum Power {
  static func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * base } }

  /// The positive `degree`-th root of a value of at least 1, by bisection to the last bit.
  static func root(_ value: Double, degree: Int) -> Double {
    precondition(value >= 1 && degree >= 1, "a downtime curve has at least one step and its maximum exceeds the offset")
    var (low, high) = (1.0, value)
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return high }
      if power(middle, degree) < value { low = middle } else { high = middle }
    }
  }
}
