package import Fleet

/// Drives one running migration to its end: raises the downtime limit, and acts once it stalls or its time is up.
///
/// It is fed job statistics and answers with commands. In post-copy it never does anything, and after a suspend nothing more.
///
/// A stall whose rest fits into the longest pause allowed gets that limit at once, and 60 s to use it. A stall that does not fit brings the
/// policy's `postCopy` or `suspend` forward: neither loses what was sent. `abort` is never brought forward: nova had such a timeout and
/// removed it for its false alarms, and work thrown away too early cannot be had back; the stall is recorded and the completion timeout
/// decides.
package struct ConvergenceControl: Sendable, Equatable {
  /// How long a stalled migration may take to switch over once the limit was raised for it (KubeVirt's switchover timeout).
  package static let switchoverMillisecondsMax = 60_000
  /// A command that did not show in that time is given again: the call may have been lost.
  package static let repeatAfterMilliseconds = 60_000
  /// Post-copy before this iteration would fetch nearly all memory page by page.
  package static let postCopyIterationMin = 2

  package let curve: DowntimeCurve
  /// Nil: none.
  package let completionTimeoutMilliseconds: Int?
  private let onTimeout: MigrationPolicy.TimeoutAction
  /// The limit last asked for; nil: the hypervisor's own.
  package private(set) var limitMilliseconds: Int?
  /// The first stall, whatever was done about it.
  package private(set) var stall: Stall?
  private var iterations = IterationWatch()
  package private(set) var detector = StallDetector()
  private var switchoverUntilMilliseconds: Int?
  private var asked: Asked?

  private struct Asked: Equatable {
    var command: JobControl
    var atMilliseconds: Int
  }

  package init(policy: MigrationPolicy, memoryBytes: Int, copiedDisks: [DiskMove]) {
    let scalingGiB = GuestSize.scalingGiB(memoryBytes: memoryBytes, copiedDisks: copiedDisks)
    curve = DowntimeCurve(policy.downtime, scalingGiB: scalingGiB)
    let perGiB = policy.completionTimeoutMillisecondsPerGiB
    completionTimeoutMilliseconds = perGiB == 0 ? nil : Int(Double(perGiB) / 1000 * scalingGiB) * 1000
    // The manifests refuse post-copy at the timeout without post-copy allowed; nothing else ends such a migration without loss.
    onTimeout = policy.onTimeout == .postCopy && !policy.postCopy ? .abort : policy.onTimeout
  }

  /// Commands for the job that showed `progress`.
  package mutating func commands(for progress: JobProgress) -> [JobControl] {
    guard progress.state == .running, !progress.postCopy, asked?.command != .suspend else { return [] }
    let judged = iterations.boundary(in: progress).flatMap { detector.judge($0) }
    if stall == nil { stall = judged }
    let elapsed = progress.elapsedMilliseconds
    var act: JobControl?
    if let timeout = completionTimeoutMilliseconds, elapsed > timeout {
      act = atTimeout(progress, timeout)
    } else if let judged, judged.isGoodMoment, elapsed > switchoverUntilMilliseconds ?? -1 {
      if judged.downtimeMilliseconds <= curve.maximumMilliseconds, switchoverUntilMilliseconds == nil {
        switchoverUntilMilliseconds = elapsed + ConvergenceControl.switchoverMillisecondsMax
      } else {
        // Without a timeout there is nothing to bring forward.
        act = completionTimeoutMilliseconds == nil ? nil : gentle(progress)
      }
    }
    return raisedLimit(elapsed) + given(act, elapsed)
  }

  private mutating func raisedLimit(_ elapsed: Int) -> [JobControl] {
    let wanted = switchoverUntilMilliseconds == nil ? curve.limitMilliseconds(afterMilliseconds: elapsed) : curve.maximumMilliseconds
    guard let wanted, wanted > limitMilliseconds ?? 0 else { return [] }
    limitMilliseconds = wanted
    return [.setDowntime(milliseconds: wanted)]
  }

  private mutating func given(_ act: JobControl?, _ elapsed: Int) -> [JobControl] {
    guard let act else { return [] }
    if let asked, asked.command == act, elapsed - asked.atMilliseconds < ConvergenceControl.repeatAfterMilliseconds { return [] }
    asked = Asked(command: act, atMilliseconds: elapsed)
    return [act]
  }

  /// A migration that has not even sent its memory once by twice its time hangs: post-copy would not help it.
  private func atTimeout(_ progress: JobProgress, _ timeout: Int) -> JobControl? {
    if onTimeout == .abort { return .abort }
    return gentle(progress) ?? (progress.elapsedMilliseconds - timeout > timeout ? .abort : nil)
  }

  /// Ends it without losing what was sent, as the policy says; nil: not yet.
  private func gentle(_ progress: JobProgress) -> JobControl? {
    switch onTimeout {
    case .suspend: .suspend
    case .postCopy: progress.iteration >= ConvergenceControl.postCopyIterationMin ? .startPostCopy : nil
    case .abort: nil
    }
  }
}
