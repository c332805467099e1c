import Execution
import Fleet

/// Two hosts and one guest, scripted; notes every act that no sound executor would ask for.
struct FakeWorld: Equatable, Sendable {
  enum Fault: String, Sendable, CaseIterable {
    case refused, retryLater, otherWriter
    /// The call's reply is lost: after the effect, while its job runs, or before anything happened.
    case replyLostDone, replyLostRunning, replyLostNothing
    /// The job fails and is undone.
    case jobFails
    /// The job is gone when asked for: after its effect, or without any.
    case jobGoneDone, jobGoneNothing
    /// A migration hands over and leaves the definition on its source.
    case sourceLeft
  }

  private struct Job: Equatable {
    var step: Step
    var pollsLeft = 1
    var fails = false
    var gone = false
    var ended = false
    var leavesSource = false
  }

  var source: Presence
  var destination: Presence = .absent
  var volumesThere: Set<String> = []
  /// What other hosts of the cell show.
  var elsewhere: [HostName: Presence] = [:]
  /// Faults by step name and host of action, each used up by one attempt.
  var faults: [String: [Fault]] = [:]
  private(set) var violations: [String] = []
  private(set) var startsAtDestination = 0
  private(set) var startsAtSource = 0
  private var jobs: [JobRef: Job] = [:]
  private var jobOfIntent: [IntentID: JobRef] = [:]
  private var stepOfIntent: [IntentID: Step] = [:]

  init(runs: Bool) { source = runs ? .running : .off }

  var runningCopies: Int { [source, destination].count { $0 == .running } }
  /// The facts of the guest, without what is only known of jobs.
  var isTidy: Bool { destination.isAlive ? source == .absent : destination == .absent && volumesThere.isEmpty }

  static func key(_ step: Step) -> String {
    switch step.action {
    case .start(let host), .disable(let host), .undefine(let host), .resume(let host), .removeDisk(_, _, _, let host, _, _, _):
      "\(step.name)@\(host)"
    default: step.name
    }
  }

  // MARK: calls

  func hasBegun(_ intent: IntentID) -> Bool { jobOfIntent[intent] != nil || stepOfIntent[intent] != nil }

  mutating func begin(_ step: Step, _ intent: IntentID) -> BeginOutcome {
    if let earlier = stepOfIntent[intent], earlier != step { violations.append("\(intent) used for \(earlier.name) and \(step.name)") }
    stepOfIntent[intent] = step
    if let job = jobOfIntent[intent] { return .accepted(job) }
    let fault = takeFault(step)
    switch fault {
    case .refused: return .refused("refused")
    case .retryLater: return .retryLater("later")
    case .otherWriter: return .otherWriter("marked by x")
    case .replyLostNothing: return .unknown("no reply")
    default: break
    }
    if let refusal = refusal(step) { return .refused(refusal) }
    if fault == .replyLostDone {
      apply(step)
      return .unknown("no reply")
    }
    let ref = JobRef("job of \(intent)")
    jobs[ref] = Job(
      step: step, fails: fault == .jobFails || fault == .jobGoneNothing, gone: fault == .jobGoneDone || fault == .jobGoneNothing,
      leavesSource: fault == .sourceLeft)
    jobOfIntent[intent] = ref
    if case .migrate(let options) = step.action, options.mode != .offline { destination = .incoming }
    if case .copyDisk(let disk) = step.action { volumesThere.insert(disk.target) }
    return fault == .replyLostRunning ? .unknown("no reply") : .accepted(ref)
  }

  mutating func progress(_ ref: JobRef) -> JobProgress {
    guard var job = jobs[ref] else { return JobProgress(state: .unknown("no such job")) }
    if job.pollsLeft > 0 {
      job.pollsLeft -= 1
      jobs[ref] = job
      return JobProgress(state: .running, elapsedMilliseconds: 500)
    }
    if !job.ended {
      job.ended = true
      if job.fails { undo(job.step) } else { apply(job.step, leavesSource: job.leavesSource) }
    }
    jobs[ref] = job
    if job.gone {
      jobs[ref] = nil
      return JobProgress(state: .unknown("the job is gone"))
    }
    return JobProgress(state: job.fails ? .failed("job failed") : .done, elapsedMilliseconds: 1000)
  }

  func look(_ intent: IntentID, jobState: JobProgress.State?) -> Sighting {
    let job = jobState == nil ? jobOfIntent[intent].flatMap { jobs[$0] == nil ? nil : $0 } : nil
    return Sighting(source: source, destination: destination, job: job, jobState: jobState)
  }

  /// All jobs end, as they do when nobody watches; their ends stay known only if `remembered`.
  mutating func endJobs(remembered: Bool) {
    for (ref, var job) in jobs where !job.ended {
      job.ended = true
      job.pollsLeft = 0
      if job.fails { undo(job.step) } else { apply(job.step, leavesSource: job.leavesSource) }
      jobs[ref] = job
    }
    if !remembered { jobs = [:] }
  }

  // MARK: effects

  private mutating func takeFault(_ step: Step) -> Fault? {
    guard var left = faults[FakeWorld.key(step)], !left.isEmpty else { return nil }
    let fault = left.removeFirst()
    faults[FakeWorld.key(step)] = left
    return fault
  }

  private func presence(_ host: HostName) -> Presence { host == Fixture.source ? source : destination }

  /// What a sound driver refuses; `violations` are what it should never even be asked.
  private mutating func refusal(_ step: Step) -> String? {
    if let objection = FakeWorld.objection(step, source: source, destination: destination) {
      violations.append("\(FakeWorld.key(step)): \(objection)")
      return objection
    }
    if case .copyDisk(let disk) = step.action, volumesThere.contains(disk.target) {
      violations.append("copyDisk over a volume that is there")
      return "there already"
    }
    return nil
  }

  /// Why a step must not begin while both hosts show this.
  static func objection(_ step: Step, source: Presence, destination: Presence) -> String? {
    func other(_ host: HostName) -> Presence { host == Fixture.source ? destination : source }
    func at(_ host: HostName) -> Presence { host == Fixture.source ? source : destination }
    switch step.action {
    case .migrate: return destination.isAlive ? "destination is alive" : nil
    case .shutDown: return destination.isAlive ? "destination is alive" : nil
    case .copyDisk, .define, .disable: return source.isAlive || destination.isAlive ? "a copy is alive" : nil
    case .start(let host):
      if other(host).isAlive { return "the other copy is alive" }
      if host == Fixture.destination, case .off(defined: true, disabled: false, _) = source { return "the source is not disabled" }
      if host == Fixture.source, case .off(defined: true, disabled: false, _) = destination { return "the destination is not disabled" }
      return at(host).isAlive ? "it is alive there" : nil
    case .undefine(let host):
      if at(host).isAlive, at(host) != .paused(.migration) { return "it is alive there" }
      if case .paused(.migration) = at(host), other(host) != .running { return "the other copy does not run" }
      return other(host) == .absent ? "the other copy is absent" : nil
    case .removeDisk: return destination.isAlive || destination.isDefinedOff ? "its guest is defined there" : nil
    case .resumePostCopy: return source == .postCopySource ? nil : "no post-copy"
    case .resume(let host): return other(host).isAlive ? "the other copy is alive" : nil
    case .discardArrival(let host): return at(host) == .paused(.user) && source == .running ? nil : "it does not stand paused in vain"
    case .closeHost, .openHost: return nil
    }
  }

  private mutating func apply(_ step: Step, leavesSource: Bool = false) {
    switch step.action {
    case .migrate(let options):
      destination = options.mode == .offline ? .off : (options.arrivesPaused == true ? .paused(.user) : .running)
      source = leavesSource ? .off(defined: true, disabled: false, reason: .migrated) : .absent
      for disk in options.disks where disk.action == .copy { volumesThere.insert(disk.target) }
    case .shutDown: if source == .running { source = .off }
    case .copyDisk(let disk): volumesThere.insert(disk.target)
    case .define: if destination == .absent { destination = .off }
    case .disable: if source.isOff { source = .disabled }
    case .start(let host):
      if host == Fixture.source { startsAtSource += 1 } else { startsAtDestination += 1 }
      if host == Fixture.source { source = .running } else { destination = .running }
    case .undefine(let host): if host == Fixture.source { source = .absent } else { destination = .absent }
    case .removeDisk(let target, _, _, _, _, _, _): volumesThere.remove(target)
    case .resumePostCopy: (source, destination) = (.absent, .running)
    case .resume(let host): if host == Fixture.source { source = .running } else { destination = .running }
    case .discardArrival: destination = .absent
    case .closeHost, .openHost: break
    }
    if runningCopies > 1 { violations.append("two copies run after \(step.name)") }
  }

  private mutating func undo(_ step: Step) {
    if case .migrate(let options) = step.action, options.mode != .offline { destination = .absent }
  }
}
