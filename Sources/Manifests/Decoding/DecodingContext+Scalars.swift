extension DecodingContext {
  mutating func flag<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> Bool? {
    guard let node = reader[key] else { return nil }
    if let flag = flagValue(node) { return flag }
    let text = document[node].kind == .scalar ? document.string(node).lowercased() : ""
    let meant = ["yes": "true", "on": "true", "no": "false", "off": "false", "true": "true", "false": "false"][text]
    wrongType(node, key.tableField, hint: meant.map { "write \($0), without quotes" })
    return nil
  }

  /// The boolean a plain scalar stands for.
  func flagValue(_ node: NodeID) -> Bool? {
    guard document[node].kind == .scalar, document[node].isPlain else { return nil }
    guard case .boolean(let flag) = document.withBytes(node, PlainScalar.init) else { return nil }
    return flag
  }

  mutating func integer<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> Int? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard case .integer(let range) = field.type else { preconditionFailure("'\(field.name)' is no integer field") }
    guard isNumber(node) else {
      wrongType(node, field)
      return nil
    }
    let text = document.string(node)
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard digits.allSatisfy(isDigit) else {
      error(node, "'\(field.name)' is \(quotedNumber(text)); it must be a whole number in decimal digits", hint: field.exampleHint)
      return nil
    }
    guard let value = Int(text), range.contains(value) else {
      error(
        node, "'\(field.name)' is \(quotedNumber(text)); it must be from \(range.lowerBound) to \(range.upperBound)",
        hint: field.exampleHint)
      return nil
    }
    return value
  }

  mutating func decimal<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> Double? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard case .decimal(let range) = field.type else { preconditionFailure("'\(field.name)' is no decimal field") }
    guard isNumber(node) else {
      wrongType(node, field)
      return nil
    }
    let text = document.string(node)
    guard let value = Double(text), range.contains(value) else {
      error(
        node, "'\(field.name)' is \(quotedNumber(text)); it must be from \(range.lowerBound) to \(range.upperBound)",
        hint: field.exampleHint)
      return nil
    }
    return value
  }

  mutating func quantity<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> Int? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard case .quantity(let kind, let range) = field.type else { preconditionFailure("'\(field.name)' is no quantity field") }
    guard document[node].kind == .scalar, !isNothing(node) else {
      wrongType(node, field)
      return nil
    }
    switch document.withBytes(node, { Quantity.value($0, kind) }) {
    case .success(let value) where range.contains(value): return value
    case .success(let value): outOfRange(node, field, Quantity.text(value, kind), kind, range)
    case .failure(.tooLarge): outOfRange(node, field, quotedNumber(document.string(node)), kind, range)
    case .failure(let problem): report(problem, node, field, kind)
    }
    return nil
  }

  private mutating func outOfRange(_ node: NodeID, _ field: Field, _ text: String, _ kind: QuantityKind, _ range: ClosedRange<Int>) {
    error(node, "'\(field.name)' is \(text); it must be \(Quantity.bounds(range, kind))", hint: field.exampleHint)
  }

  private mutating func report(_ problem: Quantity.Problem, _ node: NodeID, _ field: Field, _ kind: QuantityKind) {
    let units = Quantity.unitNames(kind)
    switch problem {
    case .notANumber:
      error(
        node, "'\(field.name)' is \(quoted(node)), which is not a \(kind.title)",
        hint: "a number and a unit (\(units)); \(field.exampleHint)")
    case .negative, .tooLarge: error(node, "'\(field.name)' is negative: \(document.string(node))", hint: field.exampleHint)
    case .fraction:
      error(node, "'\(field.name)' is \(quoted(node)); only whole numbers are allowed", hint: "use a smaller unit (\(units))")
    case .unitless(let digits):
      error(node, "'\(field.name)' is \(digits) without a unit", hint: "add one of \(units); \(field.exampleHint)")
    case .unknownUnit(let unit, let digits):
      let trimmed = unit.filter { $0 != " " }
      let meant = kind.units.first { $0.name == trimmed }?.name ?? kind.misspellings[trimmed.lowercased()]
      let hint = meant.map { "did you mean '\(digits)\($0)'?" } ?? "units are \(units); \(field.exampleHint)"
      error(node, "'\(field.name)' is \(quoted(node)), which has an unknown unit \(DecodingContext.quoted(unit))", hint: hint)
    }
  }

  /// One of a field's words.
  mutating func choice<Key: FieldKey, Value: RawRepresentable<String>>(_ reader: ObjectReader<Key>, _ key: Key, as: Value.Type) -> Value? {
    choice(reader, key).map { word in
      guard let value = Value(rawValue: word) else {
        preconditionFailure("the table of '\(key.tableField.name)' knows '\(word)', its type does not")
      }
      return value
    }
  }

  mutating func choice<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> String? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard case .choice(let choices) = field.type else { preconditionFailure("'\(field.name)' is no choice") }
    return choice(node, field, of: choices)
  }

  mutating func choice(_ node: NodeID, _ field: Field, of choices: [String]) -> String? {
    guard document[node].kind == .scalar, !isNothing(node) else {
      wrongType(node, field)
      return nil
    }
    let found = document.withBytes(node) { bytes in choices.first { bytes.elementsEqual($0.utf8) } }
    if found == nil {
      let near = NearestName.of(document.string(node), in: choices)
      let must = "'\(field.name)' is \(quoted(node)); it must be \(FieldType.list(choices))"
      error(node, must, hint: near.map { "did you mean '\($0)'?" } ?? field.exampleHint)
    }
    return found
  }

  func isNothing(_ node: NodeID) -> Bool { foundType(node) == "nothing" }

  private func isNumber(_ node: NodeID) -> Bool {
    guard document[node].kind == .scalar, document[node].isPlain else { return false }
    if case .number = document.withBytes(node, PlainScalar.init) { return true }
    return false
  }

  private func quotedNumber(_ text: String) -> String { text.count <= 40 ? text : "\(text.prefix(37))..." }
}
