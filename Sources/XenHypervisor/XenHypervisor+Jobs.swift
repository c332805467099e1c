package import Fleet
package import Hypervisor

extension XenHypervisor {
  private func reference(to intent: IntentID) -> JobRef { JobRef("\(writer.writer):\(intent)") }

  package func begin(_ step: Step, intent: IntentID, deadline: Deadline) async throws(HypervisorError) -> JobRef {
    let reference = reference(to: intent)
    if jobs.job(reference) != nil { return reference }
    let checks = checks(deadline)
    let view: StepView
    do throws(XenError) { view = try await checks.look.view(of: step) } catch { throw error.asHypervisorError(beforeEffect: true) }
    if let guest = view.guest, let known = await find(intent, step, guest.record, deadline) { return known }
    if let obstacle = (checks.claims(view) + checks.standing(view)).first { throw Self.refusal(obstacle) }
    let (_, isNew) = jobs.claim(reference, step)
    guard isNew else { return reference }
    do throws(HypervisorError) {
      if let guest = view.guest, step.concernsGuest {
        try await marks.put(intent, on: .guest(guest.reference), isIdle: true, deadline, seen: guest.record)
      }
      jobs.update(reference) { $0.markSeenAt = .now }
      try await StepStart(driver: self, view: view, intent: intent, reference: reference, deadline: deadline).begin()
      return reference
    } catch {
      jobs.withdraw(reference)
      throw error
    }
  }

  private static func refusal(_ obstacle: Obstacle) -> HypervisorError {
    if obstacle.code == .otherWriter { return HypervisorError(.otherWriter, obstacle.text) }
    if obstacle.code == .notWhereExpected { return HypervisorError(.overtaken, obstacle.text, blame: .nobody) }
    return HypervisorError(obstacle.passing ? .retryLater : .refusedNothingHappened, obstacle.text, blame: obstacle.blame)
  }

  /// The job an intent started: one of this process, what the pool does to the guest under our mark of that intent, or a task that has ended with our mark.
  package func find(_ intent: IntentID, step: Step, deadline: Deadline) async -> JobRef? {
    let reference = reference(to: intent)
    if jobs.job(reference) != nil { return reference }
    guard step.concernsGuest, let guest = try? await look(deadline).guest(step.uuid) else { return nil }
    return await find(intent, step, guest.record, deadline)
  }

  private func find(_ intent: IntentID, _ step: Step, _ guest: XenRecord, _ deadline: Deadline) async -> JobRef? {
    guard step.concernsGuest, let mark = XenMarks.mark(in: guest), writer.isOurs(mark), mark.intent == intent else { return nil }
    let reference = reference(to: intent)
    let operation = guest.map("current_operations").sorted { $0.key < $1.key }.first { step.operations.contains($0.value) }
    var found = operation?.key
    if found == nil { found = await markedTask(reference, deadline) }
    guard let task = found else { return nil }
    _ = jobs.claim(reference, step)
    // How it is nobody in this process knows yet: the first look asks.
    jobs.update(reference) { ($0.task, $0.askedAt) = (task, .now - .milliseconds(XenJobs.askMilliseconds)) }
    return reference
  }

  private func markedTask(_ reference: JobRef, _ deadline: Deadline) async -> String? {
    let tasks = try? await calls.call("task.get_all_records", [], deadline: deadline).map
    return tasks?.first { XenRecord($0.value)?.map("other_config")[XenMarks.key] == reference.rawValue }?.key
  }

  package func progress(of reference: JobRef, deadline: Deadline) async -> JobProgress {
    guard let job = jobs.job(reference) else { return JobProgress(state: .unknown("this process knows no job \(reference)")) }
    let elapsed = (ContinuousClock.now - job.startedAt).components
    let milliseconds = Int(elapsed.seconds) * 1000 + Int(elapsed.attoseconds / 1_000_000_000_000_000)
    if let end = job.end {
      return job.progress(end, milliseconds)
    }
    guard let task = job.task else { return JobProgress(state: .unknown("it has no task"), elapsedMilliseconds: milliseconds) }
    let watch = TaskWatch(driver: self, job: job, task: task, elapsedMilliseconds: milliseconds, deadline: deadline)
    return await watch.look(jobs.turn(reference))
  }

  package func control(_ reference: JobRef, _ command: JobControl, deadline: Deadline) async throws(HypervisorError) {
    guard let job = jobs.job(reference) else {
      throw HypervisorError(.refusedNothingHappened, "this process knows no job \(reference)")
    }
    // A pool chooses the pause and the rate of a migration by itself: there is nothing to set and nothing lost.
    switch command {
    case .setDowntime, .setBandwidth: return
    case .abort: break
    case .startPostCopy, .suspend:
      throw HypervisorError(.refusedNothingHappened, "a pool takes no such command to a running migration of \(job.step.instance)")
    }
    guard job.end == nil, let task = job.task else {
      if case .failed? = job.end { return }
      throw HypervisorError(.refusedNothingHappened, "the \(job.step.name) of \(job.step.instance) has ended")
    }
    jobs.update(reference) { $0.isAbortAsked = true }
    do throws(XenError) { _ = try await calls.call("task.cancel", [.text(task)], deadline: deadline) } catch {
      throw error.asHypervisorError(beforeEffect: false)
    }
  }
}

extension XenJob {
  func progress(_ end: JobProgress.State, _ elapsedMilliseconds: Int) -> JobProgress {
    var progress = JobProgress(state: end, elapsedMilliseconds: elapsedMilliseconds)
    progress.blame = blame
    progress.isPassing = isPassing ? true : nil
    progress.remark = remark
    return progress
  }
}

extension Step {
  /// What a pool calls what it does for the step, in `VM.current_operations`.
  var operations: Set<String> {
    switch action {
    case .migrate(let options): options.mode == .live ? ["pool_migrate"] : ["migrate_send"]
    case .shutDown: ["clean_shutdown", "hard_shutdown"]
    case .start: ["start_on", "start"]
    default: []
    }
  }

  var concernsGuest: Bool {
    switch action {
    case .closeHost, .openHost, .removeDisk: false
    default: true
    }
  }
}
