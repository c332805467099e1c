/// An instant as milliseconds since 1970-01-01T00:00:00Z; in JSON an RFC 3339 string in UTC with milliseconds.
package struct Timestamp: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package var milliseconds: Int

  package init(milliseconds: Int) { self.milliseconds = milliseconds }

  package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
  package func adding(milliseconds other: Int) -> Timestamp { Timestamp(milliseconds: milliseconds + other) }
  package func milliseconds(since earlier: Timestamp) -> Int { milliseconds - earlier.milliseconds }

  /// RFC 3339 in UTC, for example `2026-11-23T01:02:03.456Z`.
  package var description: String {
    let day = milliseconds.flooredDivision(by: 86_400_000)
    let inDay = milliseconds - day * 86_400_000
    let (year, month, dayOfMonth) = CivilDate.civil(fromDays: day)
    let clock = [inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1000 % 60].map { padded($0, 2) }.joined(separator: ":")
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(clock).\(padded(inDay % 1000, 3))Z"
  }

  /// Reads RFC 3339 (`2026-11-23`, `2026-11-23T01:02:03Z`, with a fraction or an offset); nil if it is not one.
  package init?(rfc3339 text: String) {
    guard let milliseconds = RFC3339.milliseconds(of: text) else { return nil }
    self.milliseconds = milliseconds
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Timestamp(rfc3339: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time: \(text)")
    }
    self = value
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

private func padded(_ value: Int, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int {
  fileprivate func flooredDivision(by divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

/// Days and civil dates in the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
private enum CivilDate {
  static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  static func days(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.flooredDivision(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func daysInMonth(year: Int, month: Int) -> Int {
    let next = month == 12 ? days(year: year + 1, month: 1, day: 1) : days(year: year, month: month + 1, day: 1)
    return next - days(year: year, month: month, day: 1)
  }
}

private enum RFC3339 {
  static func milliseconds(of text: String) -> Int? {
    var rest = Substring(text)
    guard let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2), take(&rest, "-"), let day = number(&rest, 2),
      (1...12).contains(month), (1...CivilDate.daysInMonth(year: year, month: month)).contains(day)
    else { return nil }
    let midnight = CivilDate.days(year: year, month: month, day: day) * 86_400_000
    if rest.isEmpty { return midnight }
    guard take(&rest, "T") || take(&rest, "t") || take(&rest, " "), let clock = clock(&rest), let offset = offset(&rest),
      rest.isEmpty
    else { return nil }
    return midnight + clock - offset
  }

  private static func clock(_ rest: inout Substring) -> Int? {
    guard let hour = number(&rest, 2), take(&rest, ":"), let minute = number(&rest, 2), hour < 24, minute < 60 else { return nil }
    var milliseconds = (hour * 60 + minute) * 60_000
    if take(&rest, ":") {
      guard let second = number(&rest, 2), second < 60 else { return nil }
      milliseconds += second * 1000
    }
    guard take(&rest, ".") else { return milliseconds }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    return milliseconds + (Int((digits + "00").prefix(3)) ?? 0)
  }

  private static func offset(_ rest: inout Substring) -> Int? {
    if take(&rest, "Z") || take(&rest, "z") { return 0 }
    let sign = take(&rest, "+") ? 1 : (take(&rest, "-") ? -1 : 0)
    guard sign != 0, let hour = number(&rest, 2), take(&rest, ":"), let minute = number(&rest, 2) else { return nil }
    return sign * (hour * 60 + minute) * 60_000
  }

  private static func take(_ rest: inout Substring, _ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest = rest.dropFirst()
    return true
  }

  private static func number(_ rest: inout Substring, _ digits: Int) -> Int? {
    let head = rest.prefix(digits)
    guard head.count == digits, head.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    rest = rest.dropFirst(digits)
    return Int(head)
  }
}
