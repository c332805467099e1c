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
  /// When the pool was last asked about its task; nil: never.
  var askedAt: ContinuousClock.Instant?
  /// An event's word on its task that nobody has looked at yet.
  var news: TaskNews?
  /// Events tell of its task.
  var isHeardOf = false
  /// When the mark on its guest was last seen to be ours; nil: by an earlier process, if ever.
  var markSeenAt: ContinuousClock.Instant?
  var task: String?
  /// Of the token that a migration with disks was given; it is logged out with the job's end.
  var tokenSession: String?
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
  /// Drives of the guest with a disc in them when it began.
  var discs: Set<String> = []
  /// A clean shutdown took longer than it may.
  var isOutOfTime = false
  /// It was powered off instead.
  var isPulled = false
  var isAbortAsked = false
}

/// What an event says of a task.
enum TaskNews: Sendable {
  case record(XenRecord)
  case gone
  /// Something, but not what.
  case changed
}

/// What a look at a job is to do.
enum TaskTurn: Sendable {
  case ask
  case heard(TaskNews)
  /// It was asked a moment ago, and the pool says by itself if something happens.
  case wait
}

/// Jobs of this process, so that an intent is begun once and its end is told as often as it is asked for.
final class XenJobs: Sendable {
  /// Ended jobs beyond it are forgotten, the oldest first.
  private static let jobsMax = 10_000

  /// Hosts of ours that are open for guests of some of these jobs.
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

  // MARK: hearing

  /// Between two questions about one task: a pool has other work to do.
  static let askMilliseconds = 500
  /// The same while events tell of it.
  static let askMillisecondsWithEvents = 5_000

  /// Tasks of jobs that run, sorted.
  var runningTasks: [String] {
    state.withLock { state in state.jobs.values.compactMap { $0.end == nil ? $0.task : nil }.sorted() }
  }

  /// Says what events told of tasks; true if a job waits for one of them.
  func hear(_ news: [String: TaskNews]) -> Bool {
    state.withLock { state in
      var isWaitedFor = false
      for (reference, job) in state.jobs where job.end == nil {
        guard let task = job.task, let word = news[task] else { continue }
        state.jobs[reference]?.news = word
        isWaitedFor = true
      }
      return isWaitedFor
    }
  }

  /// What a look at the job is to do now; a word that was heard is given out once.
  func turn(_ reference: JobRef) -> TaskTurn {
    state.withLock { state in
      guard var job = state.jobs[reference] else { return .ask }
      defer { state.jobs[reference] = job }
      let now = ContinuousClock.now
      if let news = job.news {
        job.news = nil
        job.isHeardOf = true
        job.askedAt = now
        if case .changed = news { return .ask }
        return .heard(news)
      }
      let pause = job.isHeardOf ? Self.askMillisecondsWithEvents : Self.askMilliseconds
      guard now - (job.askedAt ?? job.startedAt) >= .milliseconds(pause) else { return .wait }
      job.askedAt = now
      return .ask
    }
  }

  /// No event tells of any task for now.
  func lostEvents() {
    state.withLock { state in for reference in state.jobs.keys { state.jobs[reference]?.isHeardOf = false } }
  }

  /// A step that had no effect may be begun anew under the same intent.
  func withdraw(_ reference: JobRef) {
    state.withLock { state in
      state.jobs[reference] = nil
      state.order.removeAll { $0 == reference }
    }
  }
}
