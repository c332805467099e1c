package import Fleet

/// Predicts how a migration goes on: disks first, then memory in rounds, each of which sends what the guest dirtied during the one before.
///
/// Own model: a round of x bytes takes t = x/B and leaves min(U(t), memory) to the next (`DirtyModel`); it ends with the first round whose
/// rest fits into the downtime limit then in force. Where the rounds no longer shrink, it ends when the limit rises to what they need: along
/// the curve, or to its end as soon as that counts as a stall (`ConvergenceControl`).
package struct MigrationModel: Sendable, Equatable {
  /// Rounds followed one by one; what has not ended by then goes on as its last round did.
  package static let roundsMax = 200
  /// Rounds this close to each other, in per mille, no longer shrink.
  static let steadyPerMille = 2.0

  package var bytesPerSecond: Int
  package var dirtying: DirtyModel
  package var memoryBytes: Int
  package var diskBytesLeft: Int
  /// Of the round under way, and how long it has lasted.
  package var roundBytesLeft: Int
  package var roundMilliseconds = 0
  package var elapsedMilliseconds = 0
  package var sentBytes = 0
  /// The limit that was asked for beside the curve, such as by a stall.
  package var limitFloorMilliseconds = 0
  /// What it saw of the rounds so far.
  package var detector = StallDetector()
  package var curve: DowntimeCurve
  package var completionTimeoutMilliseconds: Int?

  /// A whole migration. `bytesPerSecond` must be more than 0.
  package init(
    bytesPerSecond: Int, dirtying: DirtyModel, memoryBytes: Int, diskBytes: Int, curve: DowntimeCurve, completionTimeoutMilliseconds: Int?
  ) {
    precondition(bytesPerSecond > 0, "nothing is predicted of a migration that does not move")
    self.bytesPerSecond = bytesPerSecond
    self.dirtying = dirtying
    self.memoryBytes = memoryBytes
    diskBytesLeft = diskBytes
    roundBytesLeft = memoryBytes
    self.curve = curve
    self.completionTimeoutMilliseconds = completionTimeoutMilliseconds
  }

  private var rate: Double { Double(bytesPerSecond) }

  /// The downtime that pre-copy needs to end by itself, however long it runs.
  package var downtimeNeededMilliseconds: Int {
    Self.milliseconds(dirtying.fixedPoint(bytesPerSecond: rate, memoryBytes: Double(memoryBytes)) / rate)
  }

  package var forecast: MigrationForecast {
    var run = Run(seconds: Double(elapsedMilliseconds) / 1000 + Double(diskBytesLeft) / rate, bytes: Double(diskBytesLeft), detector)
    var round = Double(roundBytesLeft)
    var before = Double(roundMilliseconds) / 1000
    for _ in 0..<MigrationModel.roundsMax {
      run.seconds += round / rate
      run.bytes += round
      let next = min(dirtying.bytes(seconds: before + round / rate), Double(memoryBytes))
      if next / rate * 1000 <= limit(at: run.seconds) || hasStalled(&run, next) { return ended(run, rest: next) }
      let isSteady = abs(next - round) * 1000 <= round * MigrationModel.steadyPerMille
      (round, before) = (next, 0)
      if isSteady { break }
    }
    return steady(run, round)
  }

  private struct Run {
    var seconds: Double
    var bytes: Double
    var detector: StallDetector

    init(seconds: Double, bytes: Double, _ detector: StallDetector) {
      self.seconds = seconds
      self.bytes = bytes
      self.detector = detector
    }
  }

  private func limit(at seconds: Double) -> Double {
    let elapsed = Int(min(seconds * 1000, 4e18))
    return Double(max(limitFloorMilliseconds, curve.limitMilliseconds(afterMilliseconds: max(1, elapsed)) ?? 0))
  }

  /// True if a stall brings the longest pause, and the rest fits into it.
  private func hasStalled(_ run: inout Run, _ rest: Double) -> Bool {
    let boundary = IterationBoundary(
      atMilliseconds: Int(min(run.seconds * 1000, 4e18)), remainingBytes: Int(min(rest, 4e18)), bytesPerSecond: bytesPerSecond)
    guard let stall = run.detector.judge(boundary), stall.isGoodMoment else { return false }
    return stall.downtimeMilliseconds <= curve.maximumMilliseconds
  }

  /// Rounds that are all alike until the limit allows what they leave.
  private func steady(_ run: Run, _ last: Double) -> MigrationForecast {
    let fixedPoint = dirtying.fixedPoint(bytesPerSecond: rate, memoryBytes: Double(memoryBytes))
    let round = fixedPoint > 0 ? fixedPoint : last
    let needed = round / rate * 1000
    guard let step = curve.steps.first(where: { Double($0.limitMilliseconds) >= needed }) else { return result(nil, rest: round) }
    var end = Double(step.afterMilliseconds) / 1000
    if let stall = run.detector.stallMilliseconds(leaving: Int(round)) { end = min(end, Double(stall) / 1000 + round / rate) }
    var waited = run
    waited.seconds = max(run.seconds, end)
    waited.bytes += (waited.seconds - run.seconds) * rate
    return ended(waited, rest: round)
  }

  private func ended(_ run: Run, rest: Double) -> MigrationForecast {
    var whole = run
    whole.seconds += rest / rate
    whole.bytes += rest
    let isInTime = completionTimeoutMilliseconds.map { whole.seconds * 1000 <= Double($0) } ?? true
    return result(isInTime ? whole : nil, rest: rest)
  }

  private func result(_ run: Run?, rest: Double) -> MigrationForecast {
    MigrationForecast(
      totalMilliseconds: run.map { Self.milliseconds($0.seconds) }, downtimeMilliseconds: run.map { _ in Self.milliseconds(rest / rate) },
      downtimeNeededMilliseconds: downtimeNeededMilliseconds, transferredBytes: run.map { Int(min(4e18, Double(sentBytes) + $0.bytes)) },
      bytesPerSecond: bytesPerSecond, dirtyBytesPerSecond: Int(min(4e18, dirtying.bytesPerSecond)),
      workingSetBytes: dirtying.workingSetBytes.map { Int(min(4e18, $0)) })
  }

  private static func milliseconds(_ seconds: Double) -> Int { Int(min(4e18, (seconds * 1000).rounded(.up))) }
}
