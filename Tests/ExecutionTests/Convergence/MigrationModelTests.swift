import Execution
import Fleet
import Testing

struct MigrationModelTests {
  static let mib = 1 << 20
  static let curve = DowntimeCurve(MigrationPolicy.Downtime(), scalingGiB: 2)

  private func model(
    rate: Int, dirty: Int, set: Int? = nil, memoryGiB: Int = 2, diskGiB: Int = 0, timeoutSeconds: Int? = nil
  ) -> MigrationModel {
    MigrationModel(
      bytesPerSecond: rate * Self.mib,
      dirtying: DirtyModel(bytesPerSecond: Double(dirty * Self.mib), workingSetBytes: set.map { Double($0 * Self.mib) }),
      memoryBytes: memoryGiB << 30, diskBytes: diskGiB << 30, curve: Self.curve,
      completionTimeoutMilliseconds: timeoutSeconds.map { $0 * 1000 })
  }

  @Test func anIdleGuestIsSentOnce() {
    let forecast = model(rate: 128, dirty: 0).forecast
    #expect(forecast.totalMilliseconds == 16_000 && forecast.downtimeMilliseconds == 0)
    #expect(forecast.downtimeNeededMilliseconds == 0 && forecast.transferredBytes == 2 << 30)
  }

  @Test func disksComeFirst() {
    let forecast = model(rate: 128, dirty: 0, diskGiB: 8).forecast
    #expect(forecast.totalMilliseconds == 80_000 && forecast.transferredBytes == 10 << 30)
  }

  /// Without a working set each round is ρ = dirty/rate of the last: 16 s, 8, 4, … until the rest fits into 46 ms: 31.25 ms after nine.
  @Test func roundsShrinkByTheRatioOfRates() {
    let forecast = model(rate: 128, dirty: 64).forecast
    #expect(forecast.totalMilliseconds == 31_969 && forecast.downtimeMilliseconds == 32)
    // x0/(1 − ρ) in the limit.
    #expect(abs(Double(forecast.transferredBytes ?? 0) / Double(4 << 30) - 1) < 0.01)
    #expect(forecast.downtimeNeededMilliseconds == 0)
  }

  /// 64 MiB rewritten all the time over 128 MiB/s: 500 ms, which the curve allows at its end only, after 1500 s. But from 16 s on nothing is
  /// gained, which 40 s and a round later is a stall.
  @Test func steadyRoundsEndWhenTheLimitAllows() {
    let forecast = model(rate: 128, dirty: 100_000, set: 64).forecast
    #expect(forecast.downtimeNeededMilliseconds == 500 && forecast.downtimeMilliseconds == 500)
    #expect(forecast.totalMilliseconds == 57_000)
    #expect(model(rate: 128, dirty: 100_000, set: 64, timeoutSeconds: 56).forecast.totalMilliseconds == nil, "its time is up before")
    #expect(model(rate: 128, dirty: 100_000, set: 64, timeoutSeconds: 57).forecast.totalMilliseconds == 57_000)
  }

  @Test func whatNeedsMoreThanIsAllowedNeverEnds() {
    let forecast = model(rate: 128, dirty: 100_000, set: 65).forecast
    #expect(forecast.totalMilliseconds == nil && forecast.downtimeMilliseconds == nil && forecast.transferredBytes == nil)
    #expect(forecast.downtimeNeededMilliseconds == 508)
  }

  @Test func aRaisedLimitEndsItAtOnce() {
    var model = model(rate: 128, dirty: 100_000, set: 64)
    model.limitFloorMilliseconds = 500
    #expect(model.forecast.totalMilliseconds == 16_500)
  }

  @Test func fromTheMiddleOfARound() {
    var model = model(rate: 128, dirty: 0)
    model.elapsedMilliseconds = 10_000
    model.roundBytesLeft = 1 << 30
    model.sentBytes = 1 << 30
    #expect(model.forecast.totalMilliseconds == 18_000 && model.forecast.transferredBytes == 2 << 30)
  }

  /// The model says the same as the rounds played one by one; seeds printed.
  @Test func agreesWithARoundByRoundPlay() {
    var ended = 0
    for seed in 0..<120 {
      var random = SeededGenerator(seed: seed)
      let rate = Int.random(in: 10...2000, using: &random)
      let set = Int.random(in: 1...2048, using: &random)
      let model = model(
        rate: rate, dirty: Int.random(in: 0...(2 * rate), using: &random), set: set, diskGiB: Int.random(in: 0...3, using: &random))
      let forecast = model.forecast
      guard let total = forecast.totalMilliseconds else {
        #expect(forecast.downtimeNeededMilliseconds > 450, "seed \(seed)")
        continue
      }
      ended += 1
      var (seconds, left) = (Double(model.diskBytesLeft) / Double(rate * Self.mib), Double(model.memoryBytes))
      var rounds = 0
      var detector = StallDetector()
      var raised = 0
      while true {
        let took = left / Double(rate * Self.mib)
        seconds += took
        left = min(model.dirtying.bytes(seconds: took), Double(model.memoryBytes))
        let stall = detector.judge(
          IterationBoundary(atMilliseconds: Int(seconds * 1000), remainingBytes: Int(left), bytesPerSecond: rate * Self.mib))
        if let stall, stall.isGoodMoment, stall.downtimeMilliseconds <= 500 { raised = 500 }
        let limit = max(raised, Self.curve.limitMilliseconds(afterMilliseconds: Int(seconds * 1000)) ?? 0)
        rounds += 1
        if left / Double(rate * Self.mib) * 1000 <= Double(limit) || rounds > 50_000 { break }
      }
      let played = (seconds + left / Double(rate * Self.mib)) * 1000
      #expect(abs(played - Double(total)) <= 0.02 * played + 600, "seed \(seed): \(total) ms predicted, \(Int(played)) ms played")
    }
    #expect(ended > 50, "otherwise the play saw nothing")
  }
}

struct ProgressForecastTests {
  static let mib = 1 << 20
  private let control = ConvergenceControl(policy: MigrationPolicy(), memoryBytes: 2 << 30, copiedDisks: [])

  private func progress(_ second: Double, iteration: Int, sentMiB: Int, leftMiB: Int, dirtyMiB: Int = 0, rateMiB: Int = 128) -> JobProgress
  {
    JobProgress(
      state: .running, elapsedMilliseconds: Int(second * 1000), processedBytes: sentMiB * Self.mib, remainingBytes: leftMiB * Self.mib,
      iteration: iteration, dirtyBytesPerSecond: dirtyMiB * Self.mib, bytesPerSecond: rateMiB * Self.mib)
  }

  @Test func unknownUntilAnIterationShowedHowFastTheGuestWrites() {
    var forecast = ProgressForecast(memoryBytes: 2 << 30, measured: nil)
    forecast.observe(progress(0, iteration: 1, sentMiB: 0, leftMiB: 2048), control, suspended: false)
    forecast.observe(progress(8, iteration: 1, sentMiB: 1024, leftMiB: 1024), control, suspended: false)
    #expect(forecast.latest == nil)
    // 1024 MiB in 16 s: half the rate, so 8 + 4 + 2 + … more.
    forecast.observe(progress(16, iteration: 2, sentMiB: 2048, leftMiB: 1024), control, suspended: false)
    #expect(forecast.latest?.totalMilliseconds == 31_969)
  }

  @Test func whatWasMeasuredBeforeServesUntilThen() {
    var forecast = ProgressForecast(memoryBytes: 2 << 30, measured: DirtyModel(bytesPerSecond: Double(64 * Self.mib)))
    forecast.observe(progress(0, iteration: 1, sentMiB: 0, leftMiB: 2048), control, suspended: false)
    #expect(forecast.latest?.totalMilliseconds == 31_969)
  }

  @Test func withoutARateThereIsNone() {
    var forecast = ProgressForecast(memoryBytes: 2 << 30, measured: DirtyModel(bytesPerSecond: 0))
    forecast.observe(progress(0, iteration: 1, sentMiB: 0, leftMiB: 2048, rateMiB: 0), control, suspended: false)
    #expect(forecast.latest == nil)
  }

  @Test func twoIterationsTellTheWorkingSet() {
    var forecast = ProgressForecast(memoryBytes: 2 << 30, measured: nil)
    // A working set of 64 MiB, all of it rewritten in each: 500 ms are needed, which the curve reaches after 1500 s.
    forecast.observe(progress(0, iteration: 1, sentMiB: 0, leftMiB: 2048), control, suspended: false)
    forecast.observe(progress(16, iteration: 2, sentMiB: 2048, leftMiB: 64), control, suspended: false)
    forecast.observe(progress(16.5, iteration: 3, sentMiB: 2112, leftMiB: 63), control, suspended: false)
    let latest = forecast.latest
    #expect((490...500).contains(latest?.downtimeNeededMilliseconds ?? 0), "\(String(describing: latest))")
  }

  @Test func aGuestThatStandsStillEndsWithItsRound() {
    var forecast = ProgressForecast(memoryBytes: 2 << 30, measured: nil)
    forecast.observe(progress(20, iteration: 2, sentMiB: 2048, leftMiB: 256), control, suspended: true)
    #expect(forecast.latest?.totalMilliseconds == 22_000)
  }
}

struct JournalPaceTests {
  @Test(arguments: [(300, 10), (7200, 45), (86_400, 70)] as [(Int, Int)])
  func recordsGrowWithTheLogarithmOfTime(_ seconds: Int, _ recordsMax: Int) {
    var pace = JournalPace()
    var records: [Int] = []
    for milliseconds in stride(from: 0, through: seconds * 1000, by: 250) where pace.isDue(ageMilliseconds: milliseconds) {
      records.append(milliseconds)
    }
    #expect(records.count <= recordsMax && records.count > recordsMax / 2, "\(records.count)")
    #expect(records.first == 30_000)
    #expect(Double(seconds * 1000 - records[records.count - 1]) <= max(30_000, Double(seconds) * 100 + 250))
  }
}
