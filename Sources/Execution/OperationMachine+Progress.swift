import Fleet

/// What is done while a job runs: commands to it, a forecast of its end, and now and then a record of how far it is.
extension OperationMachine {
  mutating func watched(_ run: StepRun, _ job: JobRef, _ progress: JobProgress, _ now: Timestamp) -> [ExecutionEffect] {
    var effects: [ExecutionEffect] = []
    var hasStalled = false
    if case .migrate = steps[run.index].action {
      let stalledBefore = convergence?.stall != nil
      for command in convergence?.commands(for: progress) ?? [] {
        if command == .abort { wasGivenUp = true }
        if command == .suspend { wantsSuspension = true } else { effects.append(.control(id, operation.cell, job, command)) }
      }
      effects += giveUpIfSilent(job, progress)
      predict(progress)
      if wantsSuspension { effects.append(look(run, nil)) }
      hasStalled = !stalledBefore && convergence?.stall != nil
    }
    if pace.isDue(ageMilliseconds: progress.elapsedMilliseconds) || hasStalled {
      let text = [suspensionText(run), stallText(run)].filter { !$0.isEmpty }.joined(separator: "; ")
      effects.insert(.journal([.step(record(run, .running, now, job: job, detail: text))]), at: 0)
    }
    return effects
  }

  private mutating func predict(_ progress: JobProgress) {
    guard let control = convergence else { return }
    prediction?.observe(progress, control, suspended: suspended != nil)
    if forecast == nil { forecast = prediction?.latest }
  }

  /// What a stall means to whoever reads the journal; empty: there was none.
  func stallText(_ run: StepRun) -> String {
    guard case .migrate = steps[run.index].action, let stall = convergence?.stall else { return "" }
    let allowed = policy.downtime.maximumMilliseconds
    return "it no longer gained on its guest: a pause of \(stall.downtimeMilliseconds) ms would have ended it, \(allowed) ms are allowed"
  }

  /// When the job under way is expected to have ended, from its beginning; nil: nobody can say.
  package var predictedMilliseconds: Int? {
    guard let progress, progress.state == .running, let step = currentStep else { return nil }
    if case .migrate(let options) = step.action, options.mode != .offline, !progress.postCopy {
      return prediction?.latest?.totalMilliseconds
    }
    guard progress.bytesPerSecond > 0 else { return nil }
    return progress.elapsedMilliseconds + Int(min(4e18, Double(progress.remainingBytes) * 1000 / Double(progress.bytesPerSecond)))
  }

  /// The pause that would end the migration under way; nil: it is expected to end within what is allowed, or nobody can say.
  package var downtimeLackingMilliseconds: Int? {
    guard progress?.postCopy == false, suspended == nil, let latest = prediction?.latest, latest.totalMilliseconds == nil else {
      return nil
    }
    return latest.downtimeNeededMilliseconds
  }

  package var downtimeLimitMilliseconds: Int? { convergence?.limitMilliseconds }
  package var stall: Stall? { convergence?.stall }
  package var isSuspended: Bool { suspended != nil }

  /// The forecast of the whole migration, from what was measured of the guest before; nil: too little was.
  static func forecast(
    _ move: Move, _ policy: MigrationPolicy, _ control: ConvergenceControl?, memoryBytes: Int, dirtying: DirtyModel?, bytesPerSecond: Int?
  ) -> MigrationForecast? {
    guard let control, let dirtying, let bytesPerSecond, bytesPerSecond > 0 else { return nil }
    let limit = policy.bandwidthBytesPerSecond
    let disks = move.disks.filter { $0.action == .copy }.reduce(0) { $0 + $1.bytes }
    return MigrationModel(
      bytesPerSecond: limit > 0 ? min(limit, bytesPerSecond) : bytesPerSecond, dirtying: dirtying, memoryBytes: memoryBytes,
      diskBytes: disks, curve: control.curve,
      completionTimeoutMilliseconds: control.completionTimeoutMilliseconds
    ).forecast
  }
}
