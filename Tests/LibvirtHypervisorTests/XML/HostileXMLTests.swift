import Testing

@testable import LibvirtHypervisor

/// Whatever a host sends is either read or refused with words; nothing crashes, nothing takes long.
@Suite struct HostileXMLTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    /// What the message begins with.
    var message: String
    var testDescription: String { name }
  }

  static let minimal = """
    <domain type='kvm'><name>a</name><uuid>3a6e1c1e-6d0f-4f3a-9a53-0b9f4f1a7c01</uuid><memory>1024</memory><devices/></domain>
    """

  private static func edited(_ old: String, _ new: String) -> String { minimal.replacing(old, with: new) }

  static let cases = [
    Case(name: "empty", text: "", message: "line 1: not well-formed XML: Document is empty"),
    Case(name: "no XML", text: "error: domain not found", message: "line 1: not well-formed XML: Start tag expected"),
    Case(
      name: "entity bomb",
      text: "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;']>"
        + edited("<name>a", "<name>&c;"), message: "line 1: document types (<!DOCTYPE …>) and their entities are not read"),
    Case(
      name: "external entity", text: "<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + edited("<name>a", "<name>&a;"),
      message: "line 1: document types (<!DOCTYPE …>) and their entities are not read"),
    Case(name: "external subset", text: "<!DOCTYPE d SYSTEM 'http://192.0.2.1/d.dtd'>" + minimal, message: "line 1: document types"),
    Case(
      name: "undeclared entity", text: edited("<name>a", "<name>&nbsp;"), message: "line 1: not well-formed XML: Entity 'nbsp' not defined"),
    Case(name: "wrong root", text: "<domstatus>\(minimal)</domstatus>", message: "line 1: expected <domain> but found <domstatus>"),
    Case(
      name: "root in a namespace", text: edited("<domain ", "<domain xmlns='urn:x' "),
      message: "line 1: expected <domain> but found <domain>"),
    Case(name: "two roots", text: minimal + minimal, message: "line 1: not well-formed XML: Extra content at the end of the document"),
    Case(name: "zero byte", text: edited("<name>a", "<name>a\0"), message: "line 1: not well-formed XML: "),
    Case(name: "no type", text: edited(" type='kvm'", ""), message: "line 1: <domain> has no attribute type"),
    Case(name: "no name", text: edited("<name>a</name>", ""), message: "line 1: <domain> has no <name>"),
    Case(name: "empty name", text: edited("<name>a</name>", "<name/>"), message: "line 1: <name> is empty"),
    Case(name: "no uuid", text: edited("<uuid>3a6e1c1e-6d0f-4f3a-9a53-0b9f4f1a7c01</uuid>", ""), message: "line 1: <domain> has no <uuid>"),
    Case(name: "short uuid", text: edited("7c01</uuid>", "7c</uuid>"), message: "line 1: <uuid> is no UUID: '3a6e1c1e-6d0f"),
    Case(name: "uuid of letters", text: edited("3a6e1c1e", "3a6e1c1z"), message: "line 1: <uuid> is no UUID"),
    Case(name: "no memory", text: edited("<memory>1024</memory>", ""), message: "line 1: <domain> has no <memory>"),
    Case(name: "memory of words", text: edited("1024", "much"), message: "line 1: <memory> is no whole number: 'much'"),
    Case(name: "negative memory", text: edited("1024", "-1"), message: "line 1: <memory> is no whole number: '-1'"),
    Case(name: "memory beyond Int", text: edited("1024", "9223372036854775807"), message: "line 1: <memory> is too large"),
    Case(name: "memory beyond belief", text: edited("<memory>1024", "<memory unit='P'>2"), message: "line 1: <memory> is more than 1 PiB"),
    Case(name: "unknown unit", text: edited("<memory>", "<memory unit='pages'>"), message: "line 1: <memory> has an unknown unit: 'pages'"),
    Case(name: "two names", text: edited("</name>", "</name><name>b</name>"), message: "line 1: <domain> has more than one <name>"),
    Case(
      name: "two uuids", text: minimal.replacing("<memory>", with: "<uuid/><memory>"), message: "line 1: <domain> has more than one <uuid>"),
    Case(
      name: "two device lists", text: edited("<devices/>", "<devices/>\n<devices/>"),
      message: "line 2: <domain> has more than one <devices>"),
    Case(
      name: "two disks of a target",
      text: edited("<devices/>", "<devices><disk><target dev='vda'/></disk>\n<disk><target dev='vda'/></disk></devices>"),
      message: "line 2: two disks have the target vda"),
    Case(
      name: "disk without target", text: edited("<devices/>", "<devices><disk/></devices>"), message: "line 1: <disk> has no <target dev>"),
    Case(
      name: "unknown device", text: edited("<devices/>", "<devices><disk device='tape'><target dev='st0'/></disk></devices>"),
      message: "line 1: disk st0 is of an unknown device: 'tape'"),
    Case(
      name: "port out of range",
      text: edited(
        "<devices/>",
        "<devices><disk type='network'><source protocol='nbd'><host name='n' port='65536'/></source><target dev='vda'/></disk></devices>"),
      message: "line 1: no port number: '65536'"),
    Case(
      name: "no processors", text: edited("<memory>", "<vcpu>0</vcpu><memory>"), message: "line 1: <vcpu> is no number of processors: '0'"),
  ]

  @Test("a clear message", arguments: cases) func message(_ example: Case) {
    let error = #expect(throws: XMLError.self) { try DomainDescription(xml: example.text) }
    let text = error?.description ?? ""
    #expect(text.hasPrefix(example.message), "\(text)")
    #expect(text.utf8.count < 300)
    #expect(throws: (any Error).self) { try DomainRewrite.relocating(example.text, disks: ["vdz": "/new"]) }
  }

  @Test func minimalIsRead() throws {
    let domain = try DomainDescription(xml: Self.minimal)
    #expect((domain.memoryBytes, domain.vcpus, domain.machine) == (1 << 20, 1, ""))
  }

  @Test func aHundredMebibytes() {
    let text = "<domain><name>" + String(decoding: [UInt8](repeating: 0x61, count: 100 << 20), as: UTF8.self) + "</name></domain>"
    let error = #expect(throws: XMLError.self) { try DomainDescription(xml: text) }
    #expect(error?.description == "\(text.utf8.count) bytes of XML; at most 4194304 are read")
  }

  @Test(arguments: [200, 300, 100_000]) func depth(_ depth: Int) {
    let nested = String(repeating: "<x>", count: depth) + String(repeating: "</x>", count: depth)
    let text = "<domain type='kvm'><name>a</name><uuid>3a6e1c1e-6d0f-4f3a-9a53-0b9f4f1a7c01</uuid><memory>1</memory>\(nested)</domain>"
    if depth < 250 {
      #expect(throws: Never.self) { try DomainDescription(xml: text) }
    } else {
      let error = #expect(throws: XMLError.self) { try DomainDescription(xml: text) }
      #expect(error?.what.contains("Excessive depth") == true)
    }
  }

  @Test func aLongBackingChainIsRead() throws {
    var chain = "<backingStore/>"
    for index in (0..<200).reversed() { chain = "<backingStore type='file'><source file='/\(index)'/>\(chain)</backingStore>" }
    let domain = try DomainDescription(
      xml: Self.edited("<devices/>", "<devices><disk type='file'><source file='/top'/>\(chain)<target dev='vda'/></disk></devices>"))
    #expect(domain.disks[0].backingChain == (0..<200).map { "/\($0)" })
  }

  @Test func tooManyElements() {
    let text = "<domain>" + String(repeating: "<x/>", count: XMLReader.elementsMax) + "</domain>"
    let error = #expect(throws: XMLError.self) { try DomainDescription(xml: text) }
    #expect(error?.what == "more than 200000 elements")
  }

  @Test("cut off anywhere", arguments: ["rbd", "multi-disk.live"]) func truncated(_ name: String) throws {
    let bytes = Array(try Sample.text(name).utf8)
    for length in stride(from: 0, to: bytes.count - 1, by: 97) {
      #expect(throws: XMLError.self, "\(length)") { try DomainDescription(xml: String(decoding: bytes[..<length], as: UTF8.self)) }
    }
  }

  @Test("damaged anywhere", arguments: [1, 2, 3, 4]) func mutated(_ seed: UInt64) throws {
    var random = Damage(seed: seed)
    let texts = try Sample.domains.map { Array(try Sample.text($0).utf8) }
    let markup = Array("<>&'\"/!-[]?= ".utf8)
    var read = 0
    for round in 0..<250 {
      var bytes = texts[Int(random.next() % UInt64(texts.count))]
      for _ in 0...(random.next() % 3) {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(markup[Int(random.next() % UInt64(markup.count))], at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 200)))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      do throws(XMLError) {
        let domain = try DomainDescription(xml: text)
        read += 1
        let files = domain.disks.filter { $0.kind == .file && $0.hasSource }.map { ($0.target, "/moved/\($0.target)") }
        let moved = try DomainRewrite.relocating(
          text, disks: Dictionary(uniqueKeysWithValues: files), flattening: Set(files.map(\.0)), graphicsListen: ["127.0.0.1": "::1"])
        let after = try DomainDescription(xml: try DomainRewrite.definitionForDestination(moved, mark: .remove))
        for disk in after.disks where disk.kind == .file && disk.hasSource {
          #expect(disk.path == "/moved/\(disk.target)", "seed \(seed), round \(round)")
        }
      } catch {
        #expect(!error.what.contains("cannot be told apart"), "seed \(seed), round \(round): \(error)")
        #expect(!error.what.contains("overlap"), "seed \(seed), round \(round): \(error)")
      }
    }
    #expect(read > 20, "some damage leaves XML that can be read")
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
private struct Damage {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
