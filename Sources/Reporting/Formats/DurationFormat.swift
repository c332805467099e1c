package import Fleet

/// Durations for people: the two largest units (`2 min 5 s`, `1 h 3 min`, `350 ms`).
package enum DurationFormat {
  package static func text(seconds: Int) -> String {
    if seconds < 0 { return "-" + text(seconds: seconds == Int.min ? Int.max : -seconds) }
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
    if minutes == 0 { return "\(seconds) s" }
    if hours == 0 { return two(minutes, "min", seconds % 60, "s") }
    if days == 0 { return two(hours, "h", minutes % 60, "min") }
    return two(days, "d", hours % 24, "h")
  }

  /// Below a second in milliseconds, below ten seconds with a decimal.
  package static func text(milliseconds: Int) -> String {
    if milliseconds < 0 { return "-" + text(milliseconds: milliseconds == Int.min ? Int.max : -milliseconds) }
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    if milliseconds < 9950 { return CountFormat.tenths((milliseconds + 50) / 100) + " s" }
    return text(seconds: milliseconds / 1000 + (milliseconds % 1000 >= 500 ? 1 : 0))
  }

  /// An estimate, no more exact than it is: `45 s`, `2 min`, `1 h 20 min`.
  package static func estimate(seconds: Int) -> String {
    if seconds < 90 { return text(seconds: seconds < 60 ? max(0, seconds) : (seconds < 75 ? 60 : 90)) }
    if seconds < 3570 { return "\((seconds + 30) / 60) min" }
    return text(seconds: (seconds + 300) / 600 * 600)
  }

  /// How long ago something was (`3 min ago`); `just now` within two seconds and for a clock that runs behind.
  package static func age(of then: Timestamp, at now: Timestamp) -> String {
    let milliseconds = now.milliseconds(since: then)
    return milliseconds < 2000 ? "just now" : text(seconds: milliseconds / 1000) + " ago"
  }

  private static func two(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
  }
}
