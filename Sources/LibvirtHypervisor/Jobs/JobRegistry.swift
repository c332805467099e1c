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
    /// Keeps an eye on the destination while the job runs.
    var watch: HostWatch<ConnectionHandle>.Wish?
  }

  private let onEnd: @Sendable () -> Void

  init(_ reference: JobRef, _ step: Step, isAdopted: Bool = false, onEnd: @escaping @Sendable () -> Void = {}) {
    self.reference = reference
    self.step = step
    self.isAdopted = isAdopted
    self.onEnd = onEnd
    state = Mutex(State())
  }

  var progress: JobProgress { state.withLock { $0.progress } }
  var isAbortAsked: Bool { state.withLock { $0.isAbortAsked } }
  var isSuspendedByUs: Bool { state.withLock { $0.isSuspendedByUs } }

  func update(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

  /// New statistics; an end that is known stays.
  func show(_ progress: JobProgress) { state.withLock { if $0.progress.state == .running { $0.progress = progress } } }

  /// The job's end; the first to say it is right.
  ///
  /// `blame`: whose fault a failure is, if that is known; `isDefinite`: it was refused, and would be again; `isPassing`: something else was
  /// at work; `isShutDownByUser`: libvirt says that the guest was shut down under it.
  func end(
    _ end: JobProgress.State, blame: Blame? = nil, isDefinite: Bool = false, isPassing: Bool = false, isShutDownByUser: Bool = false
  ) {
    let isFirst = state.withLock { state in
      guard state.progress.state == .running else { return false }
      state.progress.state = end
      state.progress.blame = blame
      state.progress.isDefinite = isDefinite ? true : nil
      state.progress.isPassing = isPassing ? true : nil
      state.progress.isShutDownByUser = isShutDownByUser ? true : nil
      state.watch = nil
      return true
    }
    if isFirst { onEnd() }
  }

  /// For how long the host it moves to has been silent, in milliseconds; watches it from the first question until the job ends.
  func silentMilliseconds(of destination: LibvirtHost) -> Int? {
    state.withLock { state in
      guard state.progress.state == .running else { return }
      if state.watch == nil { state.watch = destination.watch.wish() }
    }
    return progress.state == .running ? destination.watch.silentMilliseconds : nil
  }
}

/// The jobs of this process, by the intents that began them.
final class JobRegistry: Sendable {
  /// Ended jobs remembered; the oldest are forgotten.
  static let endedMax = 4096

  private let jobs = Mutex<(byIntent: [String: LibvirtJob], order: [String])>(([:], []))
  private let ends = JobEnds()

  /// Yields when a job of this cell has ended; several ends may be one element.
  func endings(in cell: CellName) -> AsyncStream<Void> { ends.stream(cell) }

  func job(_ reference: JobRef) -> LibvirtJob? { jobs.withLock { $0.byIntent[reference.rawValue] } }

  /// The job of this reference: the one that is there, or a new one.
  func claim(_ reference: JobRef, _ step: Step, isAdopted: Bool = false) -> (job: LibvirtJob, isNew: Bool) {
    jobs.withLock { jobs in
      if let job = jobs.byIntent[reference.rawValue] { return (job, false) }
      let job = LibvirtJob(reference, step, isAdopted: isAdopted, onEnd: { [ends] in ends.tell(step.cell) })
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

/// Tells all who listen that a job has ended.
final class JobEnds: Sendable {
  private struct Listener {
    var cell: CellName
    var continuation: AsyncStream<Void>.Continuation
  }

  private let listeners = Mutex<(byNumber: [Int: Listener], last: Int)>(([:], 0))

  var listenerCount: Int { listeners.withLock { $0.byNumber.count } }

  /// Ends when its reader does; what was told while the reader was busy is one element.
  func stream(_ cell: CellName) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number = listeners.withLock { listeners in
      listeners.last += 1
      listeners.byNumber[listeners.last] = Listener(cell: cell, continuation: continuation)
      return listeners.last
    }
    continuation.onTermination = { [weak self] _ in self?.listeners.withLock { $0.byNumber[number] = nil } }
    return stream
  }

  func tell(_ cell: CellName) {
    for listener in listeners.withLock({ Array($0.byNumber.values) }) where listener.cell == cell { listener.continuation.yield() }
  }
}

extension LibvirtJob {
  /// An error before or at its end: what this program itself, or libvirt, refuses for good is not tried again at once.
  func end(with error: LibvirtError, blame: Blame? = nil) {
    end(
      error.connectionLost ? .unknown(error.message) : .failed(error.message), blame: error.connectionLost ? nil : blame,
      isDefinite: error.remedy == .giveUp)
  }

  /// What must not be, whatever else is so.
  func refuse(_ text: String, blame: Blame = .pair) { end(.failed(text), blame: blame, isDefinite: true) }
}
