/// As much of JSON Schema 2020-12 as the manifest's schema uses; any other keyword is a failure, so that none is passed over.
struct SchemaValidator {
  struct UnknownKeyword: Error { let keyword: String }

  let root: JSON
  private let patterns = Patterns()

  init(root: JSON) { self.root = root }

  /// Everything that is wrong with a value, each with the path to it.
  func problems(_ value: JSON, _ schema: JSON? = nil, at path: String = "") throws -> [String] {
    var problems: [String] = []
    let schema = schema ?? root
    if case .boolean(let isAllowed) = schema { return isAllowed ? [] : ["\(path): not allowed"] }
    for (keyword, argument) in schema.members.sorted(by: { $0.key < $1.key }) {
      problems += try self.problems(value, schema, keyword, argument, path)
    }
    return problems
  }

  private func problems(_ value: JSON, _ schema: JSON, _ keyword: String, _ argument: JSON, _ path: String) throws -> [String] {
    switch keyword {
    case "$schema", "title", "description", "default", "$defs", "patternErrorMessage", "then": return []
    case "$ref":
      let name = (argument.text ?? "").replacing("#/$defs/", with: "")
      guard let definition = root["$defs"]?[name] else { throw UnknownKeyword(keyword: "$ref \(name)") }
      return try problems(value, definition, at: path)
    case "allOf": return try argument.items.flatMap { try problems(value, $0, at: path) }
    case "anyOf", "oneOf":
      let holding = try argument.items.count { try problems(value, $0, at: path).isEmpty }
      return holding == 1 || holding > 1 && keyword == "anyOf" ? [] : ["\(path): \(holding) of \(keyword) hold"]
    case "if":
      guard let then = schema["then"], try problems(value, argument, at: path).isEmpty else { return [] }
      return try problems(value, then, at: path)
    case "not": return try problems(value, argument, at: path).isEmpty ? ["\(path): what must not hold"] : []
    case "type":
      let types = argument.text.map { [$0] } ?? argument.items.compactMap(\.text)
      return types.contains { hasType(value, $0) } ? [] : ["\(path): not of type \(types.joined(separator: " or "))"]
    case "const": return value == argument ? [] : ["\(path): not the constant"]
    case "enum": return argument.items.contains(value) ? [] : ["\(path): not of the enum"]
    case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "pattern", "uniqueItems":
      return try isWithin(value, keyword, argument) ? [] : ["\(path): \(keyword)"]
    case "required", "properties", "propertyNames", "additionalProperties":
      guard case .object = value else { return [] }
      return try memberProblems(value, schema, keyword, argument, path)
    case "items": return try value.items.flatMap { try problems($0, argument, at: "\(path)[]") }
    default: throw UnknownKeyword(keyword: keyword)
    }
  }

  private func memberProblems(_ value: JSON, _ schema: JSON, _ keyword: String, _ argument: JSON, _ path: String) throws -> [String] {
    switch keyword {
    case "required": return argument.items.compactMap(\.text).filter { value[$0] == nil }.map { "\(path): \($0) is missing" }
    case "properties":
      return try argument.members.flatMap { name, inner in try value[name].map { try problems($0, inner, at: "\(path)/\(name)") } ?? [] }
    case "propertyNames": return try value.members.keys.flatMap { try problems(.string($0), argument, at: "\(path)/\($0)") }
    default:
      let others = value.members.filter { schema["properties"]?[$0.key] == nil }
      return try others.flatMap { try problems($0.value, argument, at: "\(path)/\($0.key)") }
    }
  }

  private func hasType(_ value: JSON, _ type: String) -> Bool {
    switch (value, type) {
    case (.object, "object"), (.array, "array"), (.string, "string"), (.boolean, "boolean"), (.number, "number"), (.null, "null"): true
    case (.number(let number), "integer"): number == number.rounded()
    default: false
    }
  }

  private func isWithin(_ value: JSON, _ keyword: String, _ argument: JSON) throws -> Bool {
    let limit = argument.value ?? 0
    switch (value, keyword) {
    case (.number(let number), "minimum"): return number >= limit
    case (.number(let number), "maximum"): return number <= limit
    case (.string(let text), "minLength"): return Double(text.unicodeScalars.count) >= limit
    case (.string(let text), "maxLength"): return Double(text.unicodeScalars.count) <= limit
    case (.string(let text), "pattern"): return try patterns.match(text, argument.text ?? "")
    case (.array(let items), "minItems"): return Double(items.count) >= limit
    case (.array(let items), "maxItems"): return Double(items.count) <= limit
    case (.array(let items), "uniqueItems"): return !items.indices.contains { items[..<$0].contains(items[$0]) }
    case (.object(let members), "minProperties"): return Double(members.count) >= limit
    case (.object(let members), "maxProperties"): return Double(members.count) <= limit
    default: return true
    }
  }
}

/// Regular expressions as ECMA-262 means them, each made once.
final class Patterns {
  private var known: [String: Regex<AnyRegexOutput>] = [:]

  func match(_ text: String, _ pattern: String) throws -> Bool {
    let regex = try known[pattern] ?? Regex(pattern.replacing("$", with: "\\z")).matchingSemantics(.unicodeScalar)
    known[pattern] = regex
    return text.firstMatch(of: regex) != nil
  }
}
