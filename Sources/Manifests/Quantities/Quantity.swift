/// Reads and writes quantities; what it writes it reads back as the same number.
package enum Quantity {
  package enum Problem: Error, Equatable {
    case notANumber, negative, fraction, tooLarge
    case unitless(digits: String)
    case unknownUnit(String, digits: String)
  }

  /// The value in the kind's base unit. A bare 0 needs no unit.
  package static func value(_ bytes: UnsafeBufferPointer<UInt8>, _ kind: QuantityKind) -> Result<Int, Problem> {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let unsigned = bytes.dropFirst(isNegative ? 1 : 0)
    let digits = unsigned.prefix(while: isDigit)
    guard !digits.isEmpty else { return .failure(.notANumber) }
    if isNegative { return .failure(.negative) }
    let unit = unsigned.dropFirst(digits.count)
    if unit.first == UInt8(ascii: ".") || unit.first == UInt8(ascii: ",") { return .failure(.fraction) }
    let digitText = String(decoding: digits, as: UTF8.self)
    if unit.isEmpty, digits.allSatisfy({ $0 == UInt8(ascii: "0") }) { return .success(0) }
    if unit.isEmpty { return .failure(.unitless(digits: digitText)) }
    guard let factor = kind.units.first(where: { unit.elementsEqual($0.name.utf8) })?.factor else {
      return .failure(.unknownUnit(String(decoding: unit, as: UTF8.self), digits: digitText))
    }
    guard let number = Int(digitText) else { return .failure(.tooLarge) }
    let (value, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? .failure(.tooLarge) : .success(value)
  }

  /// The shortest whole-numbered text, in the largest unit that divides the value.
  package static func text(_ value: Int, _ kind: QuantityKind) -> String {
    guard value != 0, let unit = kind.units.last(where: { value % $0.factor == 0 }) else { return "0" }
    return "\(value / unit.factor)\(unit.name)"
  }

  /// "from … to …".
  static func bounds(_ range: ClosedRange<Int>, _ kind: QuantityKind) -> String {
    "from \(text(range.lowerBound, kind)) to \(text(range.upperBound, kind))"
  }

  static func unitNames(_ kind: QuantityKind) -> String { kind.units.map(\.name).joined(separator: ", ") }

  /// A regular expression of what `value` accepts and the range holds.
  package static func pattern(_ kind: QuantityKind, _ range: ClosedRange<Int>) -> String {
    let withUnits = kind.units.compactMap { name, factor -> String? in
      let (least, most) = ((range.lowerBound + factor - 1) / factor, range.upperBound / factor)
      return least <= most ? "0*\(NumberPattern.of(least...most))\(name)" : nil
    }
    return "^(?:\(((range.contains(0) ? ["0+"] : []) + withUnits).joined(separator: "|")))$"
  }
}
