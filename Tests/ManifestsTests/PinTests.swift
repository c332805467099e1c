import Manifests
import Testing

/// A pool has a certificate for each member, so its pins are a list.
@Suite struct PinTests {
  static let pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

  @Test(arguments: [
    (pin, true), ("\(pin);\(pin)", true), ("\(pin);\(pin);\(pin)", true), ("\(pin);", false), (";\(pin)", false), ("\(pin);;\(pin)", false),
    ("\(pin) ;\(pin)", false), ("\(pin);sha256//abc", false), ("\(pin),\(pin)", false),
  ])
  func pins(text: String, isGood: Bool) throws {
    #expect(Array(text.utf8).withUnsafeBufferPointer { TextFormat.pin.accepts($0) } == isGood)
    let pattern = try Regex(TextFormat.pin.pattern)
    #expect((text.wholeMatch(of: pattern) != nil) == isGood)
  }
}
