import Fleet
import Reporting
import Testing

@Suite struct ProgressReportTests {
  static let lines = [
    ProgressLine(
      id: "m3", instance: "db-1", from: "hv3", to: "hv5", mode: .live, fraction: 0.567, transferredBytes: 2_400_000_000,
      totalBytes: 4 << 30, bytesPerSecond: 117_440_512, remainingSeconds: 18),
    ProgressLine(
      id: "m12", instance: "licence-server", from: "hv3", to: "hv2", mode: .cold, fraction: 0.999, transferredBytes: 40 << 30,
      totalBytes: 41 << 30, state: "copying vda"),
    ProgressLine(
      id: "m13", instance: "busy-1", from: "hv3", to: "hv5", mode: .live, fraction: 0.8, transferredBytes: 30 << 30, totalBytes: 4 << 30,
      remainingBytes: 1 << 28,
      bytesPerSecond: 117_440_512, iteration: 12, dirtyBytesPerSecond: 314_572_800, throttlePercent: 30, downtimeLimitMilliseconds: 500,
      downtimeLackingMilliseconds: 2300),
    ProgressLine(id: "m14", instance: "mail-1", from: "hv3", to: "hv4", mode: .offline, fraction: 0, state: "checking"),
  ]
  static let counts = ProgressCounts(done: 5, failed: 1, running: 4, waiting: 4, total: 12)

  static func screen(_ style: TextStyle, _ lines: [ProgressLine] = lines, barsMax: Int = ProgressReport.barsMax) -> String {
    ProgressReport.bar(lines, counts: counts, style: style, barsMax: barsMax).map { $0 + "\n" }.joined()
  }

  @Test(arguments: PlanReportTests.looks)
  func bars(look: PlanReportTests.Look) throws { try Golden.expect(Self.screen(look.style), "progress-\(look.name).txt") }

  @Test(arguments: [1, 40, 60, 80, 120, 200])
  func noLineWraps(width: Int) {
    let style = TextStyle(color: false, width: width, unicode: false)
    for text in ProgressReport.bar(Self.lines, counts: Self.counts, style: style) { #expect(text.count < style.width, "\(text)") }
  }

  @Test func manyBarsAreCounted() {
    let many = Array(repeating: Self.lines[0], count: 25)
    let lines = ProgressReport.bar(many, counts: Self.counts, style: .plain, barsMax: 4)
    #expect(lines.count == 6)
    #expect(lines[4] == "and 21 more running")
    #expect(lines[5] == "5 of 12 done, 1 failed, 4 running, 4 waiting")
  }

  @Test(arguments: [-1.0, 0, 0.5, 0.999, 1, 7, .nan, .infinity])
  func everyFractionDraws(fraction: Double) {
    var line = Self.lines[0]
    line.fraction = fraction
    let text = ProgressReport.bar([line], counts: Self.counts, style: .plain)[0]
    let percent = fraction.isNaN ? 0 : Int(min(max(fraction, 0), 1) * 100)
    #expect(text.contains(" \(percent)%"), "\(text)")
  }

  @Test func nothingRuns() {
    let counts = ProgressCounts(done: 0, running: 0, waiting: 2, total: 2)
    #expect(ProgressReport.bar([], counts: counts, style: .plain) == ["0 of 2 done, 0 running, 2 waiting"])
  }

  @Test func plainLines() throws {
    let (web, cold) = (PlanSamples.moves[0], PlanSamples.moves[3])
    let at = PlanSamples.observedAt
    let lines = [
      ProgressReport.moveStarted(web, at: at),
      ProgressReport.moveStarted(cold, at: at),
      ProgressReport.moveProgress(Self.lines[0], at: at), ProgressReport.moveProgress(Self.lines[2], at: at),
      ProgressReport.moveProgress(
        ProgressLine(
          id: "m9", instance: "new-1", from: "hv3", to: "hv5", mode: .block, fraction: 0.1, transferredBytes: 1 << 30, totalBytes: 10 << 30,
          bytesPerSecond: 1 << 27, remainingSeconds: 72, isAtLeast: true, iteration: 1)),
      ProgressReport.moveEnded(web, milliseconds: 34_200, downtimeMilliseconds: 120, at: at),
      ProgressReport.moveEnded(cold, milliseconds: 301_000, downtimeMilliseconds: 280_000, at: at),
      ProgressReport.moveEnded(web, milliseconds: 900, downtimeMilliseconds: nil),
      ProgressReport.moveFailed(web, state: .rolledBack, detail: "the destination ran out of memory", at: at),
      ProgressReport.moveFailed(web, state: .failed, detail: "not started: host hv1 does not answer", at: at),
      ProgressReport.moveFailed(cold, state: .needsHuman, detail: "it starts on neither host: disk vda is incomplete", at: at),
      ProgressReport.moveFailed(web, state: nil, detail: "hv1 does not answer", at: at),
      ProgressReport.moveDropped(web, why: "m1 (web-1) did not succeed", at: at),
      ProgressReport.moveStarted(PlanSamples.hostile.moves[0]),
    ]
    for line in lines { #expect(!line.contains("\n") && !line.contains("\u{1b}"), "\(line)") }
    try Golden.expect(lines.map { $0 + "\n" }.joined(), "progress-lines.txt")
  }
}
