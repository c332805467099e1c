package import Fleet

/// Predicts the end of a running migration anew with every look at it, from what its iterations showed so far.
///
/// Nothing is invented: before the first iteration has ended nobody knows how fast the guest dirties its memory, unless it was measured
/// before the migration began, and then there is no forecast.
package struct ProgressForecast: Sendable, Equatable {
  /// The newest; nil: too little is known.
  package private(set) var latest: MigrationForecast?
  private let memoryBytes: Int
  /// Measured before the migration began; nil: it was not.
  private let measured: DirtyModel?
  private var iterations = IterationWatch()
  private var rate = SmoothedRate()
  /// The two newest windows of clearly different lengths, under the present throttle.
  private var windows: [DirtyModel.Window] = []
  private var throttle = 0

  package init(memoryBytes: Int, measured: DirtyModel?) {
    self.memoryBytes = memoryBytes
    self.measured = measured
  }

  /// Takes the statistics of a running migration in; `suspended`: the guest stands still.
  package mutating func observe(_ progress: JobProgress, _ control: ConvergenceControl, suspended: Bool) {
    if let boundary = iterations.boundary(in: progress) { learn(boundary) }
    let told = progress.bytesPerSecond > 0 ? progress.bytesPerSecond : nil
    guard let rate = rate.bytesPerSecond ?? told, rate > 0, let dirtying = suspended ? DirtyModel(bytesPerSecond: 0) : dirtying(progress)
    else {
      latest = nil
      return
    }
    var model = MigrationModel(
      bytesPerSecond: rate, dirtying: dirtying, memoryBytes: memoryBytes, diskBytes: 0, curve: control.curve,
      completionTimeoutMilliseconds: suspended ? nil : control.completionTimeoutMilliseconds)
    model.elapsedMilliseconds = progress.elapsedMilliseconds
    model.sentBytes = progress.processedBytes
    model.detector = control.detector
    model.limitFloorMilliseconds = control.limitMilliseconds ?? 0
    if progress.iteration == 0 {
      model.diskBytesLeft = max(0, progress.remainingBytes - memoryBytes)
    } else {
      model.roundBytesLeft = progress.remainingBytes
      model.roundMilliseconds = iterations.begunAtMilliseconds.map { max(0, progress.elapsedMilliseconds - $0) } ?? 0
    }
    latest = model.forecast
  }

  private mutating func learn(_ boundary: IterationBoundary) {
    if let sample = boundary.bytesPerSecond { rate.add(sample) }
    if boundary.throttlePercent != throttle { windows = [] }
    throttle = boundary.throttlePercent
    guard let took = boundary.tookMilliseconds else { return }
    let window = DirtyModel.Window(milliseconds: took, bytes: boundary.remainingBytes)
    // Lengths alike say the same twice: the newer one says it.
    windows.removeAll { Double(max($0.milliseconds, took)) < Double(min($0.milliseconds, took)) * DirtyModel.windowRatioMin }
    windows = windows.suffix(1) + [window]
  }

  private func dirtying(_ progress: JobProgress) -> DirtyModel? {
    if windows.count == 2, let fitted = DirtyModel(windows[0], windows[1]) { return fitted }
    if let newest = windows.last { return DirtyModel(newest) }
    if let measured { return measured }
    return progress.dirtyBytesPerSecond > 0 ? DirtyModel(bytesPerSecond: Double(progress.dirtyBytesPerSecond)) : nil
  }
}
