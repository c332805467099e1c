import Execution
import Testing

struct DirtyModelTests {
  static let mib = Double(1 << 20)
  /// W = 1 GiB, 100,000 writes a second: the example of the formula's author.
  static let example = DirtyModel(bytesPerSecond: 1e5 * DirtyModel.pageBytes, workingSetBytes: Double(1 << 30))

  @Test(arguments: [(1, 325), (5, 174), (10, 100), (60, 17)] as [(Int, Int)])
  func longerWindowsGiveSmallerRates(_ seconds: Int, _ mibPerSecond: Int) {
    let rate = Self.example.bytes(seconds: Double(seconds)) / Double(seconds) / Self.mib
    #expect(Int(rate.rounded()) == mibPerSecond)
  }

  @Test(arguments: [(1000, 5000), (1000, 10_000), (200, 60_000), (5000, 10_000)] as [(Int, Int)])
  func twoWindowsTellWorkingSetAndRate(_ short: Int, _ long: Int) throws {
    func window(_ milliseconds: Int) -> DirtyModel.Window {
      DirtyModel.Window(milliseconds: milliseconds, bytes: Int(Self.example.bytes(seconds: Double(milliseconds) / 1000)))
    }
    let fitted = try #require(DirtyModel(window(long), window(short)))
    #expect(abs(fitted.bytesPerSecond / Self.example.bytesPerSecond - 1) < 0.001)
    #expect(abs((fitted.workingSetBytes ?? 0) / Double(1 << 30) - 1) < 0.001)
  }

  @Test func windowsThatNoGuestLeavesTellNothing() {
    func fit(_ one: (Int, Int), _ other: (Int, Int)) -> DirtyModel? {
      DirtyModel(DirtyModel.Window(milliseconds: one.0, bytes: one.1), DirtyModel.Window(milliseconds: other.0, bytes: other.1))
    }
    #expect(fit((1000, 100), (1400, 120)) == nil, "too much alike")
    #expect(fit((1000, 100), (5000, 100)) == nil, "no growth")
    #expect(fit((1000, 100), (5000, 501)) == nil, "more than in proportion")
    #expect(fit((0, 0), (5000, 100)) == nil && fit((1000, 0), (5000, 100)) == nil)
  }

  @Test func withoutAWorkingSetNothingIsWrittenTwice() {
    let model = DirtyModel(DirtyModel.Window(milliseconds: 2000, bytes: 1000))
    #expect(model.bytesPerSecond == 500 && model.workingSetBytes == nil && model.bytes(seconds: 60) == 30_000)
    #expect(DirtyModel(bytesPerSecond: 0).bytes(seconds: 60) == 0)
  }

  /// Never falling, never above the working set, never above what was written; seeds printed.
  @Test func uniqueBytesAreBounded() {
    for seed in 0..<300 {
      var random = SeededGenerator(seed: seed)
      let set = Double(Int.random(in: 1...(1 << 36), using: &random))
      let model = DirtyModel(bytesPerSecond: Double(Int.random(in: 0...(1 << 33), using: &random)), workingSetBytes: set)
      var last = 0.0
      for seconds in [0, 0.001, 0.1, 1, 2, 10, 100, 10_000, 1e7] {
        let bytes = model.bytes(seconds: seconds)
        #expect(
          bytes >= last && bytes <= set * 1.000001 && bytes <= model.bytesPerSecond * seconds * 1.000001 + 1, "seed \(seed), \(seconds) s")
        last = bytes
      }
    }
  }

  /// The example writes 391 MiB/s into 1 GiB: over a link of 500 MiB/s each round shrinks to nothing, over 100 MiB/s never below x = U(x/B).
  @Test func theFixedPointIsWhatARoundLeavesToTheNext() {
    func fixedPoint(_ mibPerSecond: Double) -> Double {
      Self.example.fixedPoint(bytesPerSecond: mibPerSecond * Self.mib, memoryBytes: Double(4 << 30))
    }
    #expect(fixedPoint(500) == 0)
    for rate in [10.0, 100, 200, 350] {
      let point = fixedPoint(rate)
      #expect(point > 0 && abs(Self.example.bytes(seconds: point / (rate * Self.mib)) / point - 1) < 0.001, "\(rate) MiB/s")
    }
    #expect(DirtyModel(bytesPerSecond: 200).fixedPoint(bytesPerSecond: 100, memoryBytes: 5000) == 5000)
    #expect(DirtyModel(bytesPerSecond: 100).fixedPoint(bytesPerSecond: 100, memoryBytes: 5000) == 0)
  }
}
