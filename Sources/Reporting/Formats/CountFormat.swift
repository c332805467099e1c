/// Numbers of things for people, plural forms included.
package enum CountFormat {
  /// `1 move`, `9 moves`, `12,345 instances`; `plural` only where adding an s is not the plural.
  package static func text(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(number(count)) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  /// With a comma at each thousand.
  package static func number(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (offset, digit) in digits.enumerated() {
      if offset > 0, (digits.count - offset).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
  }

  /// A number given in tenths, without `.0`.
  static func tenths(_ tenths: Int) -> String {
    tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// `a`, `a and b`, `a, b and c`; after `limit` names `and 12 more`.
  package static func list(_ names: [String], limit: Int = Int.max, conjunction: String = "and") -> String {
    if names.count > limit { return names.prefix(limit).joined(separator: ", ") + " and \(number(names.count - limit)) more" }
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }
}
