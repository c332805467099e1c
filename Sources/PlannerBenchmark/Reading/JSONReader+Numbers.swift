extension JSONReader {
  /// A number as its text, by the grammar of RFC 8259.
  mutating func number() throws(InstanceError) -> ArraySlice<UInt8> {
    skipSpace()
    var index = position
    if bytes[index] == UInt8(ascii: "-") { index += 1 }
    let whole = digits(from: index)
    guard whole > index, bytes[index] != UInt8(ascii: "0") || whole == index + 1 else { throw unexpected("a number") }
    index = whole
    if bytes[index] == UInt8(ascii: ".") {
      let end = digits(from: index + 1)
      guard end > index + 1 else { throw unexpected("a number") }
      index = end
    }
    if bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
      let end = digits(from: index)
      guard end > index else { throw unexpected("a number") }
      index = end
    }
    guard !isWordByte(bytes[index]) else { throw unexpected("a number") }
    let text = bytes[position..<index]
    advance(to: index)
    return text
  }

  /// An integer from `least` to `InstanceLimits.amountMax`, written without point and exponent.
  mutating func integer(from least: Int = 0) throws(InstanceError) -> Int {
    skipSpace()
    let start = position
    let text = try number()
    var value = 0
    for byte in text {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
        let negative = byte == UInt8(ascii: "-")
        let problem = negative ? "is negative" : "is no integer"
        throw InstanceError(offset: start, problem: "\(printed(text)) \(problem)")
      }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      guard value <= InstanceLimits.amountMax else {
        throw InstanceError(offset: start, problem: "\(printed(text)) is more than \(InstanceLimits.amountMax)")
      }
    }
    guard value >= least else { throw InstanceError(offset: start, problem: "\(value) is less than \(least)") }
    return value
  }

  /// A number from 0 to `most`.
  mutating func fraction(upTo most: Double) throws(InstanceError) -> Double {
    skipSpace()
    let start = position
    let text = try number()
    guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite, value <= most else {
      throw InstanceError(offset: start, problem: "\(printed(text)) is more than \(Int(most))")
    }
    guard value.sign == .plus || value == 0 else { throw InstanceError(offset: start, problem: "\(printed(text)) is negative") }
    return value
  }

  private func digits(from start: Int) -> Int {
    var index = start
    while bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") { index += 1 }
    return index
  }

  private func printed(_ text: ArraySlice<UInt8>) -> String {
    let digitsMax = 24
    return String(decoding: text.prefix(digitsMax), as: UTF8.self) + (text.count > digitsMax ? "…" : "")
  }
}
