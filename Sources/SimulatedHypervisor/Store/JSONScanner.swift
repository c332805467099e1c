import FoundationEssentials

/// What is wrong with a text and where: the keys and indices down to it.
struct ScanError: Error {
  /// Innermost last; printed as `cells[0].hosts[3].memoryBytes`.
  var place = ""
  var text: String
  /// True: the text is no JSON at all, whatever it is about.
  var isSyntax = false

  func inside(_ key: String) -> ScanError {
    let rest = place.isEmpty || place.hasPrefix("[") ? place : ".\(place)"
    return ScanError(place: key + rest, text: text, isSyntax: isSyntax)
  }
}

/// Reads JSON values one after the other, straight into what they are for.
///
/// Foundation's decoder needs several seconds for a world of 100,000 instances; this takes a fraction, for the few shapes a world has.
struct JSONScanner {
  /// Nesting that is followed; a world needs 12.
  static let depthMax = 64

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private func syntax(_ text: String) -> ScanError {
    let line = 1 + bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") }
    return ScanError(text: "line \(line): \(text)", isSyntax: true)
  }

  /// The next byte that is no white space; 0 at the end.
  private mutating func peek() -> UInt8 {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
      position += 1
    }
    return 0
  }

  private mutating func take(_ character: Unicode.Scalar) throws(ScanError) {
    guard peek() == UInt8(ascii: character) else {
      throw syntax(position < bytes.count ? "expected '\(character)'" : "the file ends too early")
    }
    position += 1
  }

  mutating func end() throws(ScanError) {
    guard peek() == 0, position == bytes.count else { throw syntax("there is more after the end") }
  }

  /// Reads an object, calling for each key with the scanner at its value.
  mutating func object(_ body: (inout JSONScanner, String) throws(ScanError) -> Void) throws(ScanError) {
    guard peek() == UInt8(ascii: "{") else { throw try wrongType("an object") }
    try enter()
    if peek() == UInt8(ascii: "}") { return leave() }
    while true {
      let key = try quoted()
      try take(":")
      do { try body(&self, key) } catch { throw error.inside(key) }
      if peek() == UInt8(ascii: "}") { return leave() }
      try take(",")
    }
  }

  mutating func array<Element>(_ element: (inout JSONScanner) throws(ScanError) -> Element) throws(ScanError) -> [Element] {
    guard peek() == UInt8(ascii: "[") else { throw try wrongType("a list") }
    try enter()
    var elements: [Element] = []
    if peek() == UInt8(ascii: "]") {
      leave()
      return elements
    }
    while true {
      do { elements.append(try element(&self)) } catch { throw error.inside("[\(elements.count)]") }
      if peek() == UInt8(ascii: "]") {
        leave()
        return elements
      }
      try take(",")
    }
  }

  private mutating func enter() throws(ScanError) {
    depth += 1
    position += 1
    guard depth <= Self.depthMax else { throw syntax("nested deeper than \(Self.depthMax)") }
  }

  private mutating func leave() {
    depth -= 1
    position += 1
  }

  private mutating func wrongType(_ wanted: String) throws(ScanError) -> ScanError {
    let start = position
    try skip()
    let found = String(decoding: bytes[start..<min(position, start + 40)], as: UTF8.self)
    return ScanError(text: "must be \(wanted), not \(found)")
  }

  mutating func string() throws(ScanError) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw try wrongType("a text") }
    return try quoted()
  }

  private mutating func quoted() throws(ScanError) -> String {
    try take("\"")
    let start = position
    var escaped = false
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") {
        escaped = true
        position += 1
      } else if bytes[position] < 0x20 {
        throw syntax("a control character in a text")
      }
      position += 1
    }
    guard position < bytes.count else { throw syntax("the file ends within a text") }
    position += 1
    if escaped {
      guard let text = try? JSONDecoder().decode(String.self, from: Data(bytes[(start - 1)..<position])) else {
        throw syntax("a bad escape")
      }
      return text
    }
    guard let text = String(validating: bytes[start..<(position - 1)], as: UTF8.self) else { throw syntax("text that is not UTF-8") }
    return text
  }

  mutating func integer(_ range: ClosedRange<Int>) throws(ScanError) -> Int {
    let value = try integer()
    guard range.contains(value) else {
      throw ScanError(text: "must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
    }
    return value
  }

  private mutating func integer() throws(ScanError) -> Int {
    let negative = peek() == UInt8(ascii: "-")
    let start = position
    var at = position + (negative ? 1 : 0)
    let firstDigit = at
    var value = 0
    while at < bytes.count, case let digit = Int(bytes[at]) - 48, (0...9).contains(digit) {
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = product.addingReportingOverflow(digit)
      guard !tooLarge, !overflow else { throw ScanError(text: "must be a whole number below 2^63") }
      value = sum
      at += 1
    }
    let next = at < bytes.count ? bytes[at] : 0
    guard at > firstDigit, next != UInt8(ascii: "."), next != UInt8(ascii: "e"), next != UInt8(ascii: "E") else {
      position = start
      throw try wrongType("a whole number")
    }
    position = at
    return negative ? -value : value
  }

  mutating func flag() throws(ScanError) -> Bool {
    switch peek() {
    case UInt8(ascii: "t"):
      try word("true")
      return true
    case UInt8(ascii: "f"):
      try word("false")
      return false
    default: throw try wrongType("true or false")
    }
  }

  private mutating func word(_ word: StaticString) throws(ScanError) {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count, word.withUTF8Buffer({ $0.elementsEqual(bytes[position..<end]) }) else { throw syntax("expected \(word)") }
    position = end
  }

  /// True, and passed, if the value is null: as good as absent.
  mutating func null() throws(ScanError) -> Bool {
    guard peek() == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  /// A text that names one of a few things.
  mutating func choice<Value: RawRepresentable<String>>(_: Value.Type) throws(ScanError) -> Value {
    let text = try string()
    guard let value = Value(rawValue: text) else { throw ScanError(text: "\"\(text)\" is not known here") }
    return value
  }

  /// Passes one value of any kind.
  mutating func skip() throws(ScanError) {
    switch peek() {
    case UInt8(ascii: "{"): try object { json, _ throws(ScanError) in try json.skip() }
    case UInt8(ascii: "["): _ = try array { json throws(ScanError) in try json.skip() }
    case UInt8(ascii: "\""): _ = try quoted()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: try skipNumber()
    }
  }

  private mutating func skipNumber() throws(ScanError) {
    let start = position
    while position < bytes.count, (bytes[position] >= 0x30 && bytes[position] <= 0x39) || "+-.eE".utf8.contains(bytes[position]) {
      position += 1
    }
    guard position > start else { throw syntax(position < bytes.count ? "expected a value" : "the file ends too early") }
  }

  /// Reads a value of a rarer kind by its Codable conformance.
  mutating func decode<Value: Decodable>(_: Value.Type) throws(ScanError) -> Value {
    _ = peek()
    let start = position
    try skip()
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes[start..<position]))
    } catch let error as DecodingError {
      throw error.asScanError
    } catch {
      throw ScanError(text: "\(error)")
    }
  }
}

extension DecodingError {
  fileprivate var asScanError: ScanError {
    switch self {
    case .keyNotFound(let key, let context): ScanError(place: place(context.codingPath + [key]), text: "is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      ScanError(place: place(context.codingPath), text: context.debugDescription)
    @unknown default: ScanError(text: "\(self)")
    }
  }

  private func place(_ path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue { text += "[\(index)]" } else { text += (text.isEmpty ? "" : ".") + key.stringValue }
    }
    return text
  }
}
