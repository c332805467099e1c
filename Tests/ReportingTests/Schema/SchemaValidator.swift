/// Checks a document against the part of JSON Schema that ours use; a keyword it does not know is an error of the schema.
struct SchemaValidator {
  private static let ignored: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

  let schema: JSONValue
  private(set) var errors: [String] = []
  /// `definition path.property` and `definition path=value` that some document used.
  private(set) var used: Set<String> = []

  init(_ schema: JSONValue) { self.schema = schema }

  static func errors(_ document: JSONValue, _ schema: JSONValue) -> [String] {
    var validator = SchemaValidator(schema)
    validator.check(document)
    return validator.errors
  }

  mutating func check(_ document: JSONValue) { check(document, schema, at: "", in: "") }

  private mutating func check(_ value: JSONValue, _ node: JSONValue, at path: String, in place: String) {
    guard let keywords = node.members else { return fail(path, "the schema is not an object") }
    for (keyword, argument) in keywords.sorted(by: { $0.key < $1.key }) where !Self.ignored.contains(keyword) {
      switch keyword {
      case "$ref": follow(value, argument, at: path)
      case "anyOf": any(value, argument.elements ?? [], at: path, in: place)
      case "type": if !Self.isOf(value, argument.text ?? "") { fail(path, "is not of type \(argument.text ?? "")") }
      case "const": if value != argument { fail(path, "is not the constant") }
      case "enum":
        if argument.elements?.contains(value) != true { fail(path, "is not in the enumeration") }
        used.insert("\(place)=\(Self.word(value))")
      case "pattern":
        if let text = value.text, let regex = try? Regex(argument.text ?? "("), text.firstMatch(of: regex) == nil {
          fail(path, "does not match")
        }
      case "minLength": if let text = value.text, Double(text.count) < argument.number ?? 0 { fail(path, "is too short") }
      case "minimum": if let number = value.number, number < argument.number ?? 0 { fail(path, "is too small") }
      case "required":
        for name in (argument.elements ?? []).compactMap(\.text) where value.members != nil && value[name] == nil {
          fail(path, "lacks \(name)")
        }
      case "items":
        for (index, element) in (value.elements ?? []).enumerated() { check(element, argument, at: "\(path)[\(index)]", in: "\(place)[]") }
      case "properties":
        for (name, property) in argument.members ?? [:] {
          guard let member = value[name] else { continue }
          used.insert("\(place).\(name)")
          check(member, property, at: "\(path).\(name)", in: "\(place).\(name)")
        }
      case "additionalProperties": additional(value, argument, keywords["properties"]?.members ?? [:], at: path, in: place)
      default: fail(path, "the schema uses keyword \(keyword), which this validator does not know")
      }
    }
  }

  /// The first alternative that the value fits.
  private mutating func any(_ value: JSONValue, _ alternatives: [JSONValue], at path: String, in place: String) {
    for alternative in alternatives {
      var tried = self
      tried.check(value, alternative, at: path, in: place)
      if tried.errors.count == errors.count { return self = tried }
    }
    fail(path, "fits none of \(alternatives.count)")
  }

  private mutating func additional(
    _ value: JSONValue, _ argument: JSONValue, _ known: [String: JSONValue], at path: String, in place: String
  ) {
    for (name, member) in value.members ?? [:] where known[name] == nil {
      if argument == .bool(false) {
        fail(path, "has unknown property \(name)")
      } else {
        check(member, argument, at: "\(path).\(name)", in: "\(place).*")
      }
    }
  }

  private mutating func follow(_ value: JSONValue, _ reference: JSONValue, at path: String) {
    let name = (reference.text ?? "").split(separator: "/").last.map(String.init) ?? ""
    guard let target = schema["$defs"]?[name] else { return fail(path, "no definition \(name)") }
    check(value, target, at: path, in: name)
  }

  private mutating func fail(_ path: String, _ problem: String) { errors.append("\(path.isEmpty ? "document" : path) \(problem)") }

  private static func isOf(_ value: JSONValue, _ type: String) -> Bool {
    switch (value, type) {
    case (.object, "object"), (.array, "array"), (.string, "string"), (.bool, "boolean"), (.number, "number"), (.null, "null"): true
    case (.number(let number), "integer"): number == number.rounded()
    default: false
    }
  }

  private static func word(_ value: JSONValue) -> String { value.text ?? value.number.map { "\(Int($0))" } ?? "?" }

  /// Everything of the schema that a document can use, named as in `used`.
  var usable: Set<String> {
    var all: Set<String> = []
    for (name, definition) in schema["$defs"]?.members ?? [:] { Self.collect(definition, in: name, &all) }
    return all
  }

  private static func collect(_ node: JSONValue, in place: String, _ all: inout Set<String>) {
    for value in node["enum"]?.elements ?? [] { all.insert("\(place)=\(word(value))") }
    for (name, property) in node["properties"]?.members ?? [:] {
      all.insert("\(place).\(name)")
      collect(property, in: "\(place).\(name)", &all)
    }
    if let items = node["items"] { collect(items, in: "\(place)[]", &all) }
    if let additional = node["additionalProperties"] { collect(additional, in: "\(place).*", &all) }
  }
}
