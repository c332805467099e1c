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
  /// What cancelling a shutdown may take.
  private static let cancelMillisecondsMax = 10_000

  func look() async -> JobProgress {
    do throws(XenError) {
      let record = try await driver.look(deadline).record("task", task)
      driver.jobs.update(job.reference) { $0.heardAt = .now }
      guard let record else {
        await leaveNothingBehind()
        return end(.unknown("its task is gone; the pool drops ended tasks after an hour"))
      }
      switch record.text("status") {
      case "success":
        let verdict = try await seen()
        let remark = verdict == .done ? try await Aftermath(driver: driver, job: job, deadline: deadline).mend() : nil
        await forgetTask()
        return end(verdict, remark: remark)
      case "failure", "cancelled":
        await forgetTask()
        if let pulled = try await pullPlug() { return pulled }
        let words = record.texts("error_info")
        let error = XenError.refused(code: words.first ?? "INTERNAL_ERROR", parameters: Array(words.dropFirst()))
        // What we cancelled is no fault of what the pool says then.
        return end(
          .failed(cause(error)), blame: job.isAbortAsked ? nil : error.blame, isPassing: !job.isAbortAsked && error.isContention)
      default:
        try await pressShutdown()
        if let guest = try await driver.look(deadline).guest(job.step.uuid) {
          await driver.marks.renew(on: guest.record, guest.reference, deadline)
        }
        let share = min(max(record.number("progress") ?? job.share, 0), 1)
        driver.jobs.update(job.reference) { $0.share = share }
        return running(share)
      }
    } catch {
      if ContinuousClock.now - job.heardAt > .seconds(Self.silenceSecondsMax) {
        return JobProgress(state: .unknown(error.words), elapsedMilliseconds: elapsedMilliseconds)
      }
      // Nothing is known of its end; the next look may tell.
      return running(job.share)
    }
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
    if let host = job.reopenedHost {
      let closing = HostClosing(calls: driver.calls, writer: driver.writer)
      await driver.jobs.doors.close(host, after: job.reference, closing, deadline)
    }
    if let session = job.tokenSession { await driver.calls.end(session: session, deadline: deadline) }
  }

  // MARK: seeing

  private func seen() async throws(XenError) -> JobProgress.State {
    let view = try await driver.look(deadline).view(of: job.step)
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
    guard let destination = view.destination else { return false }
    let records = try await PoolRecords.read(driver.calls, deadline, classes: ["SR", "PBD"])
    let names = PoolNames(records)
    return copies.allSatisfy { copy in
      view.disks.contains { disk in
        guard disk.target == copy.target, let storage = disk.record.reference("SR"), names.storage(storage) == copy.toPool else {
          return false
        }
        return records.plugs.values.contains {
          $0.reference("SR") == storage && $0.reference("host") == destination.reference && $0.flag("currently_attached")
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
    driver.jobs.update(job.reference) { $0.task = forced }
    return running(job.share)
  }
}
