/// As much of JSON Schema 2020-12 as the manifest's schema uses; any other keyword is a failure, so that none is passed over.
struct SchemaValidator {
  struct UnknownKeyword: Error { let keyword: String }

  let root: JSON

  /// Everything that is wrong with a value, each with the path to it.
  func problems(_ value: JSON, _ schema: JSON? = nil, at path: String = "") throws -> [String] {
    var problems: [String] = []
    let schema = schema ?? root
    for (keyword, argument) in schema.members.sorted(by: { $0.key < $1.key }) {
      problems += try self.problems(value, schema, keyword, argument, path)
    }
    return problems
  }

  private func problems(_ value: JSON, _ schema: JSON, _ keyword: String, _ argument: JSON, _ path: String) throws -> [String] {
    switch keyword {
    case "$schema", "title", "description", "default", "$defs": return []
    case "$ref":
      let name = (argument.text ?? "").replacing("#/$defs/", with: "")
      guard let definition = root["$defs"]?[name] else { throw UnknownKeyword(keyword: "$ref \(name)") }
      return try problems(value, definition, at: path)
    case "oneOf":
      let all = try argument.items.map { try problems(value, $0, at: path) }
      return all.filter(\.isEmpty).count == 1 ? [] : ["\(path): \(all.filter(\.isEmpty).count) of oneOf hold"]
    case "type": return hasType(value, argument.text ?? "") ? [] : ["\(path): not of type \(argument.text ?? "")"]
    case "const": return value == argument ? [] : ["\(path): not the constant"]
    case "enum": return argument.items.contains(value) ? [] : ["\(path): not of the enum"]
    case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "maxProperties", "pattern", "uniqueItems":
      return try isWithin(value, keyword, argument) ? [] : ["\(path): \(keyword)"]
    case "required": return argument.items.compactMap(\.text).filter { value[$0] == nil }.map { "\(path): \($0) is missing" }
    case "properties":
      return try argument.members.flatMap { name, inner in try value[name].map { try problems($0, inner, at: "\(path)/\(name)") } ?? [] }
    case "propertyNames": return try value.members.keys.flatMap { try problems(.string($0), argument, at: "\(path)/\($0)") }
    case "additionalProperties":
      let others = value.members.filter { schema["properties"]?[$0.key] == nil }
      if argument == .boolean(false) { return others.keys.map { "\(path)/\($0): not allowed" } }
      return try others.flatMap { try problems($0.value, argument, at: "\(path)/\($0.key)") }
    case "items": return try value.items.flatMap { try problems($0, argument, at: "\(path)[]") }
    default: throw UnknownKeyword(keyword: keyword)
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
    case (.string(let text), "pattern"): return text.firstMatch(of: try Regex(argument.text ?? "")) != nil
    case (.array(let items), "minItems"): return Double(items.count) >= limit
    case (.array(let items), "maxItems"): return Double(items.count) <= limit
    case (.array(let items), "uniqueItems"): return !items.indices.contains { items[..<$0].contains(items[$0]) }
    case (.object(let members), "maxProperties"): return Double(members.count) <= limit
    default: return true
    }
  }
}
