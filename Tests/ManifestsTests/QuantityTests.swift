import Manifests
import Testing

@Suite struct QuantityTests {
  private func value(_ text: String, _ kind: QuantityKind) -> Int? {
    var text = text
    return text.withUTF8 { try? Quantity.value($0, kind).get() }
  }

  @Test(arguments: [
    ("512MiB", QuantityKind.size, 536_870_912), ("4GiB", .size, 4_294_967_296), ("0", .size, 0), ("007KiB", .size, 7168),
    ("500ms", .duration, 500), ("75s", .duration, 75_000), ("10m", .duration, 600_000), ("24h", .duration, 86_400_000),
    ("7d", .duration, 604_800_000), ("100MiB/s", .rate, 104_857_600), ("10Gbit/s", .rate, 1_250_000_000), ("0MiB/s", .rate, 0),
    ("8kbit/s", .rate, 1000), ("9223372036854775807B", .size, Int.max),
  ])
  func known(text: String, kind: QuantityKind, expected: Int) { #expect(value(text, kind) == expected) }

  @Test(arguments: [
    "", "1", "-1s", "+1s", "1.5h", "s", "1 s", "1S", "1sec", "s1", "0x1s", "9223372036854775808ms", "106751991168d", "1e3s", " 1s", "1s ",
  ])
  func whatIsNoDuration(text: String) { #expect(value(text, .duration) == nil) }

  /// What is written is read back as the same number, in every kind, and what the schema's pattern accepts is what is read.
  @Test(arguments: 0..<64 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    for kind in QuantityKind.allCases {
      let pattern = try Regex(Quantity.pattern(kind))
      let units = kind.units
      let factor = units[Int(random.next() % UInt64(units.count))].factor
      let number = Int(random.next() % 1_000_000) * factor
      let text = Quantity.text(number, kind)
      #expect(value(text, kind) == number, "seed \(seed): \(text)")
      #expect(text.wholeMatch(of: pattern) != nil, "seed \(seed): \(text)")
      let noise = String((0..<Int(random.next() % 6)).map { _ in Array("0123456789.-smhKMGiBt/ ").randomElement(using: &random) ?? "0" })
      #expect((value(noise, kind) != nil) == (noise.wholeMatch(of: pattern) != nil), "seed \(seed): '\(noise)'")
    }
  }
}
