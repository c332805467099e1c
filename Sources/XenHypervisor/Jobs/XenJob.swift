import Fleet
import Hypervisor
import Synchronization

/// A step that was begun: its task in the pool, if it has one.
struct XenJob: Sendable {
  let reference: JobRef
  let step: Step
  let startedAt: ContinuousClock.Instant
  /// When the pool last said how it is.
  var heardAt = ContinuousClock.now
  var task: String?
  /// Of the token that a migration with disks was given; it is logged out with the job's end.
  var tokenSession: String?
  /// A host of ours that is open for this start only.
  var reopenedHost: String?
  /// How much is done, as it was last told.
  var share = 0.0
  /// nil: it runs.
  var end: JobProgress.State?
  /// Whose fault it was, once it ended.
  var blame: Blame?
  /// Something else was at work, and nothing of it began.
  var isPassing = false
  /// What is to be known of an end that was no failure.
  var remark: String?
  /// Discs that were in the guest's drives when it began, by target.
  var discs: [String: String] = [:]
  /// A clean shutdown took longer than it may.
  var isOutOfTime = false
  /// It was powered off instead.
  var isPulled = false
  var isAbortAsked = false
}

/// Jobs of this process, so that an intent is begun once and its end is told as often as it is asked for.
final class XenJobs: Sendable {
  /// Ended jobs beyond it are forgotten, the oldest first.
  private static let jobsMax = 10_000

  /// Hosts of ours that are open for some of these jobs.
  let doors = HostDoors()
  private let state = Mutex((jobs: [JobRef: XenJob](), order: [JobRef]()))

  func job(_ reference: JobRef) -> XenJob? { state.withLock { $0.jobs[reference] } }

  /// The job as it is known already, or the new one.
  func claim(_ reference: JobRef, _ step: Step) -> (job: XenJob, isNew: Bool) {
    state.withLock { state in
      if let known = state.jobs[reference] { return (known, false) }
      let job = XenJob(reference: reference, step: step, startedAt: .now)
      state.jobs[reference] = job
      state.order.append(reference)
      if state.order.count > Self.jobsMax, let index = state.order.firstIndex(where: { state.jobs[$0]?.end != nil }) {
        state.jobs[state.order.remove(at: index)] = nil
      }
      return (job, true)
    }
  }

  func update(_ reference: JobRef, _ change: (inout XenJob) -> Void) {
    state.withLock { state in
      guard var job = state.jobs[reference] else { return }
      change(&job)
      state.jobs[reference] = job
    }
  }

  /// A step that had no effect may be begun anew under the same intent.
  func withdraw(_ reference: JobRef) {
    state.withLock { state in
      state.jobs[reference] = nil
      state.order.removeAll { $0 == reference }
    }
  }
}
