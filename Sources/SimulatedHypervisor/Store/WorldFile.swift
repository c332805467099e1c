package import FoundationEssentials

/// The text form of a world: JSON with one host, instance, job or fault a line.
package enum WorldFile {
  /// Largest file that is read.
  package static let bytesMax = 1 << 30

  /// Reads a world; throws with the place in the file (`cells[0].hosts[3].memoryBytes`) of what is wrong.
  package static func world(from data: Data, path: String) throws(WorldStoreError) -> SimulatedWorld {
    do {
      return try JSONDecoder().decode(SimulatedWorld.self, from: data)
    } catch let error as DecodingError {
      throw WorldStoreError("\(path): \(WorldFile.text(of: error))")
    } catch {
      throw WorldStoreError("\(path): \(error)")
    }
  }

  private static func text(of error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): "\(place(context.codingPath + [key])): is missing"
    case .typeMismatch(let type, let context): "\(place(context.codingPath)): must be \(name(of: type)); \(context.debugDescription)"
    case .valueNotFound(let type, let context): "\(place(context.codingPath)): must be \(name(of: type)), not null"
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      "is not JSON: \(context.underlyingError.map { "\($0)" } ?? context.debugDescription)"
    case .dataCorrupted(let context): "\(place(context.codingPath)): \(context.debugDescription)"
    @unknown default: "\(error)"
    }
  }

  private static func name(of type: any Any.Type) -> String {
    switch "\(type)" {
    case "Int": "a whole number"
    case "Double": "a number"
    case "Bool": "true or false"
    case "String": "a text"
    case let other where other.hasPrefix("Array") || other.hasPrefix("[Any]"): "a list"
    default: "an object"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue { text += "[\(index)]" } else { text += (text.isEmpty ? "" : ".") + key.stringValue }
    }
    return text.isEmpty ? "the file" : text
  }

  /// Writes a world so that a person can read it and a diff shows what moved.
  package static func data(of world: SimulatedWorld) throws -> Data {
    var writer = LineWriter()
    try writer.add("{\n\"apiVersion\": ", SimulatedWorld.apiVersion)
    try writer.add(",\n\"kind\": ", SimulatedWorld.kind)
    try writer.add(",\n\"clock\": ", world.clock)
    writer.add(",\n\"cells\": [")
    for (index, cell) in world.cells.enumerated() {
      try writer.add(index == 0 ? "\n{\"name\": " : ",\n{\"name\": ", cell.name)
      try writer.add(", \"linkBytesPerSecond\": ", cell.linkBytesPerSecond)
      try writer.list(",\n\"hosts\": ", cell.hosts)
      try writer.list(",\n\"instances\": ", cell.instances)
      writer.add("}")
    }
    writer.add("]")
    try writer.list(",\n\"jobs\": ", world.jobs)
    try writer.list(",\n\"faults\": ", world.faults)
    try writer.list(",\n\"violations\": ", world.violations)
    try writer.add(",\n\"jobsBegun\": ", world.jobsBegun)
    writer.add("\n}\n")
    return writer.data
  }
}

/// Puts values on lines of their own.
private struct LineWriter {
  var data = Data()
  private let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  mutating func add(_ text: String) { data.append(contentsOf: text.utf8) }
  mutating func add(_ text: String, _ value: some Encodable) throws {
    add(text)
    data.append(try encoder.encode(value))
  }
  mutating func list(_ text: String, _ values: [some Encodable]) throws {
    add(text + "[")
    for (index, value) in values.enumerated() { try add(index == 0 ? "\n" : ",\n", value) }
    add("]")
  }
}
