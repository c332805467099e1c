import PlannerBenchmark
import Testing

/// What is wrong, and the whole message.
struct BadInstance: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var text: String
  var message: String

  init(_ what: String, _ text: String, _ message: String) {
    testDescription = what
    self.text = text
    self.message = message
  }

  /// The small instance with one part replaced.
  init(_ what: String, _ part: String, by other: String, _ message: String) {
    precondition(InstanceText.plain.contains(part), "the instance has the part that is replaced")
    self.init(what, InstanceText.plain.replacing(part, with: other, maxReplacements: 1), message)
  }
}

@Suite struct BadInstanceTests {
  static let syntax = [
    BadInstance("empty file", "", "byte 0: the file ends where an object is needed"),
    BadInstance("white space alone", " \n", "byte 2: the file ends where an object is needed"),
    BadInstance("an array", "[]", "byte 0: an array, where an object is needed"),
    BadInstance("a byte order mark", "\u{feff}{}", "byte 0: a byte order mark, where an object is needed"),
    BadInstance("no JSON", "hosts: 3", "byte 0: hosts, where an object is needed"),
    BadInstance("cut short", String(InstanceText.plain.dropLast(2)), "limits: byte 679: the file ends where ',' or '}' is needed"),
    BadInstance("something after the end", InstanceText.plain + "{}", "byte 681: an object, where the end is needed"),
    BadInstance("no comma", #""format": 1, "#, by: #""format": 1 "#, "byte 13: a string, where ',' or '}' is needed"),
    BadInstance("a comma too many", #""seed": 1,"#, by: #""seed": 1,,"#, "byte 57: ',', where a key in quotes is needed"),
    BadInstance("a key without quotes", #""seed""#, by: "seed", "byte 47: seed, where a key in quotes is needed"),
    BadInstance("no colon", #""seed":"#, by: #""seed""#, "byte 54: 1, where ':' is needed"),
    BadInstance(
      "a comma before the end of a list", #"["p"]"#, by: #"["p",]"#, "hosts[0].pools[1]: byte 168: ']', where a string is needed"),
    BadInstance("a string without an end", "{\"name\": \"small}", "name: byte 9: a string without an end"),
    BadInstance("an escape at the end", "{\"name\": \"small\\", "name: byte 9: a string without an end"),
    BadInstance("a line end in a string", "{\"name\": \"sm\nall\"}", "name: byte 12: a control character in a string"),
    BadInstance("a wrong escape", #"{"name": "sm\all"}"#, "name: byte 12: a wrong escape in a string"),
    BadInstance("half a pair", #"{"name": "\ud83d!"}"#, "name: byte 10: a wrong escape in a string"),
    BadInstance("a short escape", #"{"name": "\u12"}"#, "name: byte 10: a wrong escape in a string"),
    BadInstance("too deep", #"{"note": "# + String(repeating: "[", count: 40) + "1", "byte 40: nested deeper than 32"),
    BadInstance("a word that is none", #"{"note": nul"#, "byte 9: nul, where a value is needed"),
    BadInstance("a byte that is nothing", "{\"note\": \u{1}}", "byte 9: byte 0x1, where a value is needed"),
  ]

  static let numbers = [
    BadInstance("negative", #""vcpu":2"#, by: #""vcpu":-2"#, "vms[0].vcpu: byte 364: -2 is negative"),
    BadInstance("not a number", #""ram":65536"#, by: #""ram":NaN"#, "hosts[0].ram: byte 130: NaN, where a number is needed"),
    BadInstance("infinite", #""ratio":2.5"#, by: #""ratio":Infinity"#, "hosts[0].ratio: byte 120: Infinity, where a number is needed"),
    BadInstance("infinite by its exponent", #""ratio":2.5"#, by: #""ratio":1e999"#, "hosts[0].ratio: byte 120: 1e999 is more than 1000"),
    BadInstance("negative ratio", #""ratio":2.5"#, by: #""ratio":-2.5"#, "hosts[0].ratio: byte 120: -2.5 is negative"),
    BadInstance("a fraction", #""vcpu":2"#, by: #""vcpu":2.0"#, "vms[0].vcpu: byte 364: 2.0 is no integer"),
    BadInstance("an exponent", #""vcpu":2"#, by: #""vcpu":2e1"#, "vms[0].vcpu: byte 364: 2e1 is no integer"),
    BadInstance("a leading zero", #""vcpu":2"#, by: #""vcpu":02"#, "vms[0].vcpu: byte 364: 02, where a number is needed"),
    BadInstance("a point and nothing after", #""ratio":2.5"#, by: #""ratio":2."#, "hosts[0].ratio: byte 120: 2., where a number is needed"),
    BadInstance("too many", #""vcpu":2"#, by: #""vcpu":4294967297"#, "vms[0].vcpu: byte 364: 4294967297 is more than 4294967296"),
    BadInstance(
      "more digits than 64 bits hold", #""vcpu":2"#, by: #""vcpu":99999999999999999999999999"#,
      "vms[0].vcpu: byte 364: 999999999999999999999999… is more than 4294967296"),
    BadInstance("no slot at all", #""total":8"#, by: #""total":0"#, "limits.total: byte 665: 0 is less than 1"),
    BadInstance(
      "a capacity that no integer holds", #""pcpu":8,"ratio":2.5"#, by: #""pcpu":4294967296,"ratio":2.5"#,
      "hosts[0].ratio: byte 68: pcpu · ratio is more than 4294967296"),
  ]

  static let fields = [
    BadInstance("a text for a number", #""vcpu":2"#, by: #""vcpu":"2""#, "vms[0].vcpu: byte 364: a string, where a number is needed"),
    BadInstance("a number for a text", #""id":"h1""#, by: #""id":1"#, "hosts[0].id: byte 74: 1, where a string is needed"),
    BadInstance("null for a text", #""host":"h1""#, by: #""host":null"#, "vms[0].host: byte 352: null, where a string is needed"),
    BadInstance(
      "a text for a boolean", #""live":false"#, by: #""live":"no""#, "vms[1].live: byte 516: a string, where true or false is needed"),
    BadInstance("a word for a list", #"["p"]"#, by: #""p""#, "hosts[0].pools: byte 163: a string, where an array is needed"),
    BadInstance(
      "an unknown state", #""state":"up""#, by: #""state":"down""#, "hosts[0].state: byte 194: 'down' is none of up, disabled, maintenance"),
    BadInstance("an unknown storage", #""shared""#, by: #""nfs""#, "vms[0].storage: byte 397: 'nfs' is none of shared, volume, local"),
    BadInstance("an unknown kind", #""anti""#, by: #""far""#, "groups[0].kind: byte 554: 'far' is none of anti, affinity, spread"),
    BadInstance("a field missing", #""ram":65536,"#, by: "", "hosts[0].ram: byte 68: missing"),
    BadInstance("a list missing", InstanceText.plain.replacing(#""groups""#, with: #""group""#), "groups: byte 0: missing"),
    BadInstance("a field twice", #""cpu":2,"#, by: #""cpu":2,"cpu":2,"#, "hosts[0].cpu: byte 155: given twice"),
    BadInstance("an empty name", #""zone":"z0""#, by: #""zone":"""#, "hosts[0].zone: byte 98: an empty name"),
    BadInstance(
      "a long name", #""zone":"z0""#, by: #""zone":"\#(String(repeating: "z", count: 257))""#,
      "hosts[0].zone: byte 98: a name of more than 256 bytes"),
    BadInstance("another format", #""format": 1"#, by: #""format": 2"#, "format: byte 11: 2, and only 1 is known"),
    BadInstance("no pool", #""shared","pool":"p""#, by: #""shared""#, "vms[0].pool: byte 334: missing, and storage is shared"),
    BadInstance(
      "null for a pool", #""shared","pool":"p""#, by: #""shared","pool":null"#, "vms[0].pool: byte 334: missing, and storage is shared"),
    BadInstance(
      "spread over hosts", #""anti""#, by: #""spread""#, "groups[0].scope: byte 536: 'host', and a spread group is counted by zone"),
  ]

  static let references = [
    BadInstance("a host that is not there", #""host":"h1""#, by: #""host":"h9""#, "vms[0].host: byte 334: no host is called 'h9'"),
    BadInstance("a VM for a host", #""host":"h1""#, by: #""host":"v2""#, "vms[0].host: byte 334: no host is called 'v2'"),
    BadInstance("a pin that is not there", #""pool":"p"}"#, by: #""pool":"p","pin":"h0"}"#, "vms[0].pin: byte 334: no host is called 'h0'"),
    BadInstance("a member that is not there", #"["v2","v1"]"#, by: #"["v2","v3"]"#, "groups[0].vms[1]: byte 536: no VM is called 'v3'"),
    BadInstance("a member twice", #"["v2","v1"]"#, by: #"["v2","v2"]"#, "groups[0].vms[1]: byte 536: 'v2' is in the group twice"),
    BadInstance("two hosts of one name", #""id":"h2""#, by: #""id":"h1""#, "hosts[1].id: byte 200: 'h1' is the id of hosts[0] too"),
    BadInstance("two VMs of one name", #""id":"v2""#, by: #""id":"v1""#, "vms[1].id: byte 418: 'v1' is the id of vms[0] too"),
    BadInstance(
      "two groups of one name", InstanceText.text(groups: [InstanceText.group, InstanceText.group]),
      "groups[1].id: byte 621: 'g1' is the id of groups[0] too"),
  ]

  @Test(arguments: [syntax, numbers, fields, references].joined().map { $0 })
  func isRefusedWithTheWholeMessage(_ bad: BadInstance) {
    #expect(throws: InstanceError.self) { try InstanceText.read(bad.text) }
    do { _ = try InstanceText.read(bad.text) } catch { #expect("\(error)" == bad.message) }
  }

  @Test func textThatIsNotUTF8IsRefused() {
    let bytes = Array(#"{"name": "x"#.utf8) + [0xff] + Array(#""}"#.utf8) + [0]
    #expect(throws: InstanceError(path: "name", offset: 9, problem: "a string that is not UTF-8")) {
      try InstanceReader.instance(zeroEnded: bytes)
    }
  }

  /// Cut anywhere, or with any byte changed, a file is read or refused; nothing traps.
  @Test func damageNeverTraps() {
    let good = Array(InstanceText.plain.utf8)
    for count in good.indices { #expect(throws: InstanceError.self) { try InstanceReader.instance(zeroEnded: good[..<count] + [0]) } }
    for index in good.indices {
      for byte: UInt8 in [0, 0x22, 0x2c, 0x2d, 0x30, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0xff] {
        var text = good + [0]
        text[index] = byte
        _ = try? InstanceReader.instance(zeroEnded: text)
      }
    }
  }
}
