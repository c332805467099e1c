/// Turns the text of an instance into a `BenchmarkInstance`, in one pass; what refers to hosts and VMs is resolved after it.
///
/// Fields that the format does not know are read over; a field that it knows must be right.
package struct InstanceReader {
  /// The only `format` there is.
  static let format = 1

  enum Field: String, CaseIterable { case family, format, groups, hosts, limits, name, seed, vms }

  var json: JSONReader
  var names = NameTable()
  private var hostFields = FieldMatcher<HostField>(optional: [.labels])
  private var vmFields = FieldMatcher<VMField>(optional: [.cpu, .labels, .live, .pin, .pool, .zones])
  private var groupFields = FieldMatcher<GroupField>(optional: [.continuous])
  var read = ReadInstance()

  private init(_ text: [UInt8]) { json = JSONReader(zeroEnded: text) }

  /// `text`: JSON in UTF-8, followed by one zero byte.
  package static func instance(zeroEnded text: [UInt8]) throws(InstanceError) -> BenchmarkInstance {
    var reader = InstanceReader(text)
    try reader.whole()
    return try reader.resolved()
  }

  private mutating func whole() throws(InstanceError) {
    var fields = FieldMatcher<Field>(optional: [.family, .seed])
    fields.begin(at: 0)
    if json.bytes.starts(with: [0xef, 0xbb, 0xbf]) { throw json.error("a byte order mark, where an object is needed") }
    try json.openObject()
    while let key = try json.nextKey() {
      guard let field = try fields.field(key, in: json.bytes) else {
        try json.skipValue()
        continue
      }
      do throws(InstanceError) {
        switch field {
        case .format: try format()
        case .name:
          let name = try name()
          read.name = names[name]
        case .hosts: try hosts()
        case .vms: try vms()
        case .groups: try groups()
        case .limits: read.limits = try limits()
        case .family, .seed: try json.skipValue()
        }
      } catch {
        throw error.inside(field.rawValue)
      }
    }
    try fields.end()
    try json.finish()
  }

  private mutating func format() throws(InstanceError) {
    let start = json.position
    let format = try json.integer()
    guard format == InstanceReader.format else {
      throw InstanceError(offset: start, problem: "\(format), and only \(InstanceReader.format) is known")
    }
  }

  private mutating func hosts() throws(InstanceError) {
    try elements("hosts", max: InstanceLimits.hostsMax) { (reader) throws(InstanceError) in
      reader.json.skipSpace()
      let start = reader.json.position
      reader.hostFields.begin(at: start)
      var fields = reader.hostFields
      reader.read.hosts.append(try reader.host(&fields))
      reader.read.hostOffsets.append(start)
    }
  }

  private mutating func vms() throws(InstanceError) {
    try elements("VMs", max: InstanceLimits.vmsMax) { (reader) throws(InstanceError) in
      reader.json.skipSpace()
      reader.vmFields.begin(at: reader.json.position)
      var fields = reader.vmFields
      reader.read.vmOffsets.append(reader.json.position)
      reader.read.vms.append(try reader.vm(&fields))
    }
  }

  private mutating func groups() throws(InstanceError) {
    try elements("groups", max: InstanceLimits.groupsMax) { (reader) throws(InstanceError) in
      reader.json.skipSpace()
      reader.groupFields.begin(at: reader.json.position)
      var fields = reader.groupFields
      reader.read.groupOffsets.append(reader.json.position)
      reader.read.groups.append(try reader.group(&fields))
    }
  }

  private mutating func limits() throws(InstanceError) -> BenchmarkLimits {
    var fields = FieldMatcher<LimitField>(optional: [])
    fields.begin(at: json.position)
    var limits = BenchmarkLimits(host: 1, zoneLink: 1, total: 1, mibPerSecond: 1)
    try object(&fields) { (reader, field) throws(InstanceError) in
      let amount = try reader.json.integer(from: 1)
      switch field {
      case .host: limits.host = amount
      case .zone_link: limits.zoneLink = amount
      case .total: limits.total = amount
      case .mib_s: limits.mibPerSecond = amount
      }
    }
    return limits
  }

  // MARK: shared by all objects

  /// Reads an array, each element with `element`; its errors are given the element's place.
  mutating func elements(
    _ what: String, max: Int, _ element: (inout InstanceReader) throws(InstanceError) -> Void
  ) throws(InstanceError) {
    try json.openArray()
    var index = 0
    while try json.nextElement() {
      guard index < max else { throw json.error("more than \(max) \(what)") }
      do throws(InstanceError) { try element(&self) } catch { throw error.inside("[\(index)]") }
      index += 1
    }
  }

  /// Reads an object, each known field with `value`; its errors are given the field's name.
  mutating func object<F: RawRepresentable & CaseIterable>(
    _ fields: inout FieldMatcher<F>, _ value: (inout InstanceReader, F) throws(InstanceError) -> Void
  ) throws(InstanceError) where F.RawValue == String {
    try json.openObject()
    while let key = try json.nextKey() {
      guard let field = try fields.field(key, in: json.bytes) else {
        try json.skipValue()
        continue
      }
      do throws(InstanceError) { try value(&self, field) } catch { throw error.inside(field.rawValue) }
    }
    try fields.end()
  }

  mutating func name() throws(InstanceError) -> Name {
    let string = try json.string()
    let text = try string.text(in: json.bytes)
    guard !text.isEmpty else { throw InstanceError(offset: string.start, problem: "an empty name") }
    guard text.count <= InstanceLimits.nameBytesMax else {
      throw InstanceError(offset: string.start, problem: "a name of more than \(InstanceLimits.nameBytesMax) bytes")
    }
    return names.name(text)
  }

  mutating func nameOrNull() throws(InstanceError) -> Name? { try json.takeNull() ? nil : try name() }

  /// Sorted, each once.
  mutating func nameList() throws(InstanceError) -> [Name] {
    var list: [Name] = []
    try elements("names in one list", max: InstanceLimits.listMax) { (reader) throws(InstanceError) in
      list.append(try reader.name())
    }
    guard list.count > 1 else { return list }
    list.sort()
    return list.indices.filter { $0 == 0 || list[$0] != list[$0 - 1] }.map { list[$0] }
  }

  /// One of the words of a kind.
  mutating func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) throws(InstanceError) -> Word where Word.RawValue == String {
    let string = try json.string()
    let text = try string.text(in: json.bytes)
    for word in Word.allCases where word.rawValue.utf8.elementsEqual(text) { return word }
    let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
    let shown = String(decoding: text.prefix(InstanceLimits.nameBytesMax), as: UTF8.self)
    throw InstanceError(offset: string.start, problem: "'\(shown)' is none of \(words)")
  }
}
