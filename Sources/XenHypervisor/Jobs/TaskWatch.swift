import Fleet
import Hypervisor

/// Looks at the task of a job. What it says of its end is not believed: the guest must be seen where it was to go.
struct TaskWatch {
  let driver: XenHypervisor
  let job: XenJob
  let task: String
  let elapsedMilliseconds: Int
  let deadline: Deadline

  /// Longer than a toolstack takes to start again; a job not heard of for so long is settled by looking at the guest.
  private static let silenceSecondsMax = 120
  /// Between two looks at the mark on the guest; it lasts 15 minutes and is renewed after half of them.
  private static let markSecondsMax = 60
  /// What cancelling a shutdown may take.
  private static let cancelMillisecondsMax = 10_000

  func look(_ turn: TaskTurn) async -> JobProgress {
    do throws(XenError) {
      let record: XenRecord?
      switch turn {
      case .ask: record = try await driver.look(deadline).record("task", task)
      case .heard(.record(let heard)): record = heard
      case .heard: record = nil
      case .wait:
        try await pressShutdown()
        return running(job.share)
      }
      driver.jobs.update(job.reference) { $0.heardAt = .now }
      guard let record else {
        await leaveNothingBehind()
        return end(.unknown("its task is gone; the pool drops ended tasks after an hour"))
      }
      switch record.text("status") {
      case "success":
        let verdict = try await seen()
        let remark = verdict == .done ? await Aftermath(driver: driver, job: job, deadline: deadline).remark() : nil
        await forgetTask()
        return end(verdict, remark: remark)
      case "failure", "cancelled":
        await forgetTask()
        if let pulled = try await pullPlug() { return pulled }
        return await failed(record.texts("error_info"))
      default:
        try await pressShutdown()
        try await keepMark()
        let share = min(max(record.number("progress") ?? job.share, 0), 1)
        driver.jobs.update(job.reference) { $0.share = share }
        return running(share)
      }
    } catch {
      if ContinuousClock.now - job.heardAt > .seconds(Self.silenceSecondsMax) {
        await leaveNothingBehind()
        return JobProgress(state: .unknown(error.words), elapsedMilliseconds: elapsedMilliseconds)
      }
      // Nothing is known of its end; the next look may tell.
      return running(job.share)
    }
  }

  private func failed(_ words: [String]) async -> JobProgress {
    let error = XenError.refused(code: words.first ?? "INTERNAL_ERROR", parameters: Array(words.dropFirst()))
    let remark = await Aftermath(driver: driver, job: job, deadline: deadline).remarkOnFailure()
    let text = ([cause(error)] + [remark].compactMap { $0 }).joined(separator: "; ")
    // What we cancelled is no fault of what the pool says then.
    return end(.failed(text), blame: job.isAbortAsked ? nil : error.blame, isPassing: await isPassing(error))
  }

  /// Something else was at work, and nothing of the job began: it is proved by what the pool says before it begins.
  private func isPassing(_ error: XenError) async -> Bool {
    guard !job.isAbortAsked, error.isContention else { return false }
    guard error.code == "VM_BAD_POWER_STATE" else { return true }
    // The same is said of a guest that died of it, or that went off once it was told to.
    if case .shutDown = job.step.action { return false }
    guard let guest = try? await driver.look(deadline).guest(job.step.uuid) else { return false }
    return PoolSurvey.power(guest.record) != .off
  }

  /// Looks after the mark now and then: it lasts for many looks.
  private func keepMark() async throws(XenError) {
    if let seen = job.markSeenAt, ContinuousClock.now - seen < .seconds(Self.markSecondsMax) { return }
    guard let guest = try await driver.look(deadline).guest(job.step.uuid) else { return }
    await driver.marks.renew(on: guest.record, guest.reference, deadline)
    driver.jobs.update(job.reference) { $0.markSeenAt = .now }
  }

  /// A task that we cancelled says no more than that it was.
  private func cause(_ error: XenError) -> String {
    if job.isAbortAsked { return "it was cancelled: \(error.words)" }
    guard job.isOutOfTime, case .shutDown(let timeoutMilliseconds, _) = job.step.action else { return error.words }
    return "\(job.step.instance) did not shut down within \(timeoutMilliseconds / 1000) s: \(error.words)"
  }

  private func running(_ share: Double) -> JobProgress {
    JobProgress(state: .running, elapsedMilliseconds: elapsedMilliseconds, share: share)
  }

  private func end(
    _ state: JobProgress.State, blame: Blame? = nil, isPassing: Bool = false, remark: String? = nil
  ) -> JobProgress {
    var ended = job
    (ended.end, ended.blame, ended.isPassing, ended.remark) = (state, blame, isPassing, remark)
    driver.jobs.update(job.reference) {
      ($0.end, $0.blame, $0.isPassing, $0.remark) = (state, blame, isPassing, remark)
    }
    return ended.progress(state, elapsedMilliseconds)
  }

  private func forgetTask() async {
    _ = try? await driver.calls.call("task.destroy", [.text(task)], deadline: deadline)
    await leaveNothingBehind()
  }

  private func leaveNothingBehind() async {
    await driver.closeDoors(after: job.step.uuid, deadline)
    if let session = job.tokenSession { await driver.calls.end(session: session, deadline: deadline) }
  }

  // MARK: seeing

  private func seen() async throws(XenError) -> JobProgress.State {
    let view = try await driver.look(deadline).view(of: job.step, guestOnly: true)
    let name = job.step.instance
    let isThere: Bool
    switch job.step.action {
    case .migrate(let options):
      let hasArrived = options.mode == .offline ? view.power == .off : view.power != .off && view.resides(on: job.step.destination)
      isThere = hasArrived ? try await haveDisksArrived(options, view) : false
    case .shutDown: isThere = view.power == .off
    case .start(let host): isThere = view.power == .running && view.resides(on: host)
    default: isThere = true
    }
    return isThere ? .done : .failed("the pool says that it is done, and \(name) is not where it was to be; nothing is believed of it")
  }

  /// Each copied disk must be on the storage that it was to go to.
  private func haveDisksArrived(_ options: MigrateOptions, _ view: StepView) async throws(XenError) -> Bool {
    let copies = options.disks.filter { $0.action == .copy }
    guard !copies.isEmpty else { return true }
    guard let destination = view.references[job.step.destination] else { return false }
    let records = try await PoolRecords.read(driver.calls, deadline, classes: ["SR", "PBD"])
    let names = PoolNames(records)
    return copies.allSatisfy { copy in
      view.disks.contains { disk in
        guard disk.target == copy.target, let storage = disk.record.reference("SR"), names.storage(storage) == copy.toPool else {
          return false
        }
        return records.plugs.values.contains {
          $0.reference("SR") == storage && $0.reference("host") == destination && $0.flag("currently_attached")
        }
      }
    }
  }

  // MARK: a shutdown that takes too long

  /// Past its time a clean shutdown is cancelled.
  private func pressShutdown() async throws(XenError) {
    guard case .shutDown(let timeoutMilliseconds, _) = job.step.action, elapsedMilliseconds > timeoutMilliseconds else { return }
    if job.isOutOfTime {
      // A guest that hangs may keep the cancelling waiting as well; powering off needs no word of it.
      if elapsedMilliseconds > timeoutMilliseconds + Self.cancelMillisecondsMax { _ = try await pullPlug() }
      return
    }
    driver.jobs.update(job.reference) { $0.isOutOfTime = true }
    _ = try await driver.calls.call("task.cancel", [.text(task)], deadline: deadline)
  }

  /// If the policy says so, what did not shut down in its time is powered off; nil: it does not, or it was.
  private func pullPlug() async throws(XenError) -> JobProgress? {
    guard case .shutDown(_, .powerOff) = job.step.action, job.isOutOfTime, !job.isPulled, !job.isAbortAsked,
      let guest = try await driver.look(deadline).guest(job.step.uuid), PoolSurvey.power(guest.record) != .off
    else { return nil }
    driver.jobs.update(job.reference) { $0.isPulled = true }
    let answer = try await driver.calls.call("Async.VM.hard_shutdown", [.text(guest.reference)], deadline: deadline)
    guard let forced = answer.reference else { return nil }
    // Of the shutdown that was not heard; the pool drops it once it ends.
    _ = try? await driver.calls.call("task.destroy", [.text(task)], deadline: deadline)
    // What was told of the other task is no word on this one.
    driver.jobs.update(job.reference) { ($0.task, $0.news, $0.isHeardOf) = (forced, nil, false) }
    return running(job.share)
  }
}
