package import FoundationEssentials

/// The text form of a world: JSON with one host, instance, job or fault a line.
package enum WorldFile {
  /// Largest file that is read.
  package static let bytesMax = 1 << 30

  /// Reads a world; throws with the place in the file (`cells[0].hosts[3].memoryBytes`) of what is wrong.
  package static func world(from data: Data, path: String) throws(WorldStoreError) -> SimulatedWorld {
    let result = data.withUnsafeBytes { raw -> Result<SimulatedWorld, ScanError> in
      var json = JSONScanner(raw.bindMemory(to: UInt8.self))
      do throws(ScanError) {
        let world = try SimulatedWorld(reading: &json)
        try json.end()
        return .success(world)
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let world): return world
    case .failure(let error):
      let place = error.isSyntax ? "is not JSON" : (error.place.isEmpty ? "the file" : error.place)
      throw WorldStoreError("\(path): \(place): \(error.text)")
    }
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
    if !world.pending.isEmpty { try writer.list(",\n\"pending\": ", world.pending) }
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
