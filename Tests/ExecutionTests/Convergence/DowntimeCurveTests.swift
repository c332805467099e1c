import Execution
import Fleet
import Testing

struct DowntimeCurveTests {
  static let exponential = [46, 47, 48, 51, 57, 66, 84, 117, 179, 291, 500]
  static let linear = [50, 95, 140, 185, 230, 275, 320, 365, 410, 455, 500]

  private func curve(
    _ kind: MigrationPolicy.Curve, _ maximum: Int = 500, _ steps: Int = 10, _ delaySeconds: Int = 75, gib: Double = 2
  ) -> DowntimeCurve {
    DowntimeCurve(
      .init(maximumMilliseconds: maximum, steps: steps, delayMillisecondsPerGiB: delaySeconds * 1000, curve: kind), scalingGiB: gib)
  }

  @Test func defaultValuesEvery150SecondsUpTo2GiB() {
    let times = (0...10).map { $0 * 150_000 }
    #expect(curve(.exponential).steps.map(\.limitMilliseconds) == DowntimeCurveTests.exponential)
    #expect(curve(.linear).steps.map(\.limitMilliseconds) == DowntimeCurveTests.linear)
    #expect(curve(.exponential).steps.map(\.afterMilliseconds) == times)
    #expect(curve(.linear).steps.map(\.afterMilliseconds) == times)
  }

  @Test func eightGiBStepEvery600Seconds() {
    let steps = curve(.exponential, gib: 8).steps
    #expect(steps.map(\.limitMilliseconds) == DowntimeCurveTests.exponential)
    #expect(steps.map(\.afterMilliseconds) == (0...10).map { $0 * 600_000 })
  }

  @Test func documentedExampleOf3GiB() {
    let exponential = curve(.exponential, 400, 10, 30, gib: 3).steps
    #expect(exponential.map(\.limitMilliseconds) == [37, 38, 39, 42, 46, 55, 70, 98, 148, 238, 400])
    #expect(exponential.map(\.afterMilliseconds) == (0...10).map { $0 * 90_000 })
    #expect(curve(.linear, 400, 10, 30, gib: 3).steps.map(\.limitMilliseconds) == [40, 76, 112, 148, 184, 220, 256, 292, 328, 364, 400])
  }

  @Test func aStepAppliesOnceItsTimeHasPassed() {
    let curve = curve(.exponential)
    #expect(curve.limitMilliseconds(afterMilliseconds: 0) == nil)
    #expect(curve.limitMilliseconds(afterMilliseconds: 1) == 46)
    #expect(curve.limitMilliseconds(afterMilliseconds: 150_000) == 46)
    #expect(curve.limitMilliseconds(afterMilliseconds: 150_001) == 47)
  }

  @Test func aLateLookJumpsToTheLastStepPassed() {
    #expect(curve(.exponential).limitMilliseconds(afterMilliseconds: 1_100_000) == 117)
    #expect(curve(.exponential).limitMilliseconds(afterMilliseconds: .max) == 500)
  }

  @Test(arguments: [(100, 3, 10), (2_000_000, 3, 10), (500_000, 1000, 3600), (101, 99, 10)])
  func everyCurveRisesToItsMaximum(_ maximum: Int, _ steps: Int, _ delay: Int) {
    for kind in MigrationPolicy.Curve.allCases {
      let limits = curve(kind, maximum, steps, delay).steps.map(\.limitMilliseconds)
      #expect(limits.count == steps + 1)
      #expect(limits.last == maximum, "\(kind)")
      #expect(limits == limits.sorted(), "\(kind)")
      #expect(limits[0] >= 1)
    }
  }

  @Test func scalingCountsAtLeast2GiBForMemoryAndEachCopiedDisk() {
    let gib = Fixture.gib
    #expect(GuestSize.scalingGiB(memoryBytes: gib, copiedDisks: []) == 2)
    #expect(GuestSize.scalingGiB(memoryBytes: 8 * gib, copiedDisks: []) == 8)
    #expect(GuestSize.scalingGiB(memoryBytes: 3 * gib / 2 * 3, copiedDisks: []) == 4.5)
    let small = DiskMove(target: "vda", action: .copy, toPool: "p", bytes: gib)
    let large = DiskMove(target: "vdb", action: .copy, toPool: "p", bytes: 10 * gib)
    #expect(GuestSize.scalingGiB(memoryBytes: gib, copiedDisks: [small, large]) == 14)
  }
}
