/// A number with a unit. Sizes are in bytes, durations in milliseconds, rates in bytes per second.
package enum QuantityKind: Sendable, CaseIterable {
  case size, duration, rate

  var title: String {
    switch self {
    case .size: "size"
    case .duration: "duration"
    case .rate: "rate"
    }
  }

  /// Units and what one of them is, largest last.
  package var units: [(name: String, factor: Int)] {
    switch self {
    case .size: QuantityKind.sizes
    case .duration: QuantityKind.durations
    case .rate: QuantityKind.rates
    }
  }

  private static let sizes = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)]
  private static let durations = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
  private static let rates = [
    ("B/s", 1), ("kbit/s", 125), ("KiB/s", 1 << 10), ("Mbit/s", 125_000), ("MiB/s", 1 << 20), ("Gbit/s", 125_000_000),
    ("GiB/s", 1 << 30),
  ]

  /// Units people write for ours, in lower case.
  var misspellings: [String: String] {
    switch self {
    case .size:
      [
        "k": "KiB", "kb": "KiB", "ki": "KiB", "kib": "KiB", "m": "MiB", "mb": "MiB", "mi": "MiB", "mib": "MiB", "g": "GiB", "gb": "GiB",
        "gi": "GiB", "gib": "GiB", "t": "TiB", "tb": "TiB", "ti": "TiB", "tib": "TiB", "b": "B", "bytes": "B",
      ]
    case .duration:
      [
        "msec": "ms", "millis": "ms", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m",
        "minutes": "m", "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "day": "d", "days": "d", "ms": "ms", "s": "s", "m": "m", "h": "h",
        "d": "d",
      ]
    case .rate:
      [
        "kib/s": "KiB/s", "kb/s": "KiB/s", "mib/s": "MiB/s", "mb/s": "MiB/s", "mbps": "Mbit/s", "mbit/s": "Mbit/s", "mbit": "Mbit/s",
        "mb": "MiB/s", "mib": "MiB/s", "gib/s": "GiB/s", "gb/s": "GiB/s", "gbps": "Gbit/s", "gbit/s": "Gbit/s", "gbit": "Gbit/s",
        "gb": "GiB/s", "gib": "GiB/s", "kbps": "kbit/s", "kbit": "kbit/s", "kbit/s": "kbit/s", "g": "Gbit/s", "m": "Mbit/s",
      ]
    }
  }
}
