import Fleet
import Synchronization

/// What one job of this process has come to.
final class LibvirtJob: Sendable {
  let reference: JobRef
  let step: Step
  /// Begun by an earlier process: only observation tells how it ended.
  let isAdopted: Bool
  private let state: Mutex<State>

  struct State: Sendable {
    var progress = JobProgress(state: .running)
    var isAbortAsked = false
    /// We paused the guest so that its migration ends: it must be resumed if the migration does not come off.
    var isSuspendedByUs = false
  }

  init(_ reference: JobRef, _ step: Step, isAdopted: Bool = false) {
    self.reference = reference
    self.step = step
    self.isAdopted = isAdopted
    state = Mutex(State())
  }

  var progress: JobProgress { state.withLock { $0.progress } }
  var isAbortAsked: Bool { state.withLock { $0.isAbortAsked } }
  var isSuspendedByUs: Bool { state.withLock { $0.isSuspendedByUs } }

  func update(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

  /// New statistics; an end that is known stays.
  func show(_ progress: JobProgress) { state.withLock { if $0.progress.state == .running { $0.progress = progress } } }

  /// The job's end; the first to say it is right.
  func end(_ end: JobProgress.State) { state.withLock { if $0.progress.state == .running { $0.progress.state = end } } }
}

/// The jobs of this process, by the intents that began them.
final class JobRegistry: Sendable {
  /// Ended jobs remembered; the oldest are forgotten.
  static let endedMax = 4096

  private let jobs = Mutex<(byIntent: [String: LibvirtJob], order: [String])>(([:], []))

  func job(_ reference: JobRef) -> LibvirtJob? { jobs.withLock { $0.byIntent[reference.rawValue] } }

  /// The job of this reference: the one that is there, or a new one.
  func claim(_ reference: JobRef, _ step: Step, isAdopted: Bool = false) -> (job: LibvirtJob, isNew: Bool) {
    jobs.withLock { jobs in
      if let job = jobs.byIntent[reference.rawValue] { return (job, false) }
      let job = LibvirtJob(reference, step, isAdopted: isAdopted)
      jobs.byIntent[reference.rawValue] = job
      jobs.order.append(reference.rawValue)
      while jobs.order.count > Self.endedMax, let index = jobs.order.firstIndex(where: { jobs.byIntent[$0]?.progress.state != .running }) {
        jobs.byIntent[jobs.order.remove(at: index)] = nil
      }
      return (job, true)
    }
  }

  /// Forgets a job that turned out not to begin.
  func withdraw(_ job: LibvirtJob) {
    jobs.withLock { jobs in
      jobs.byIntent[job.reference.rawValue] = nil
      jobs.order.removeAll { $0 == job.reference.rawValue }
    }
  }
}
