package import Fleet

/// Drives one running migration to its end: raises the downtime limit, and acts once its time is up.
///
/// It is fed job statistics and answers with commands; in post-copy it never does anything.
package struct ConvergenceControl: Sendable, Equatable {
  private let curve: DowntimeCurve
  /// Nil: none.
  package let completionTimeoutMilliseconds: Int?
  private let onTimeout: MigrationPolicy.TimeoutAction
  private var limitMilliseconds: Int?
  private var timedOut = false

  package init(policy: MigrationPolicy, memoryBytes: Int, copiedDisks: [DiskMove]) {
    let scalingGiB = GuestSize.scalingGiB(memoryBytes: memoryBytes, copiedDisks: copiedDisks)
    curve = DowntimeCurve(policy.downtime, scalingGiB: scalingGiB)
    let perGiB = policy.completionTimeoutMillisecondsPerGiB
    completionTimeoutMilliseconds = perGiB == 0 ? nil : Int(Double(perGiB) / 1000 * scalingGiB) * 1000
    onTimeout = policy.onTimeout
  }

  /// Commands for the job that showed `progress`; each is given once.
  package mutating func commands(for progress: JobProgress) -> [JobControl] {
    guard progress.state == .running, !progress.postCopy else { return [] }
    var commands: [JobControl] = []
    if let limit = curve.limitMilliseconds(afterMilliseconds: progress.elapsedMilliseconds), limit != limitMilliseconds {
      limitMilliseconds = limit
      commands.append(.setDowntime(milliseconds: limit))
    }
    if let timeout = completionTimeoutMilliseconds, !timedOut, progress.elapsedMilliseconds > timeout {
      timedOut = true
      commands.append(onTimeout == .abort ? .abort : (onTimeout == .postCopy ? .startPostCopy : .suspend))
    }
    return commands
  }
}
