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
      let pattern = try Regex(Quantity.pattern(kind, 0...1 << 60))
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

  /// Of the numbers around every border the pattern matches those in the range.
  @Test(arguments: [0...0, 0...7, 0...255, 1...65_535, 3...1000, 100...2_000_000, 99...101, 125_000...125_000_000_000, 7...7, 19...120])
  func aPatternOfNumbersIsTheRange(range: ClosedRange<Int>) throws {
    let pattern = try Regex("^\(NumberPattern.of(range))$")
    var random = SplitMix(seed: UInt64(range.upperBound))
    let borders = [range.lowerBound, range.upperBound, 10, 100, 1000, 100_000, 2_000_000]
    let near = borders.flatMap { border in (-12...12).map { border + $0 } }
    for number in near + (0..<500).map({ _ in Int.random(in: 0...range.upperBound * 2, using: &random) }) where number >= 0 {
      #expect(("\(number)".wholeMatch(of: pattern) != nil) == range.contains(number), "\(number)")
    }
  }

  /// A quantity's pattern knows its range in each of its units.
  @Test(arguments: QuantityKind.allCases)
  func aPatternKnowsItsRange(kind: QuantityKind) throws {
    let range = 125_000...125_000_000_000
    let pattern = try Regex(Quantity.pattern(kind, range))
    for (name, factor) in kind.units {
      for number in [0, 1, 124, 125, 126, 124_999, 125_000, 125_000_000_000 / factor, 125_000_000_000 / factor + 1] {
        #expect(("00\(number)\(name)".wholeMatch(of: pattern) != nil) == range.contains(number * factor), "\(number)\(name)")
      }
    }
    #expect("0".wholeMatch(of: pattern) == nil)
  }
}
