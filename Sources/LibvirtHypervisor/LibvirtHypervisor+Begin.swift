package import Fleet
package import Hypervisor

extension LibvirtHypervisor {
  /// How long one effect that ends by itself may take: defining, starting, undefining.
  static let effectDeadline = Deadline(milliseconds: 120_000)

  package func begin(_ step: Step, intent: IntentID, deadline: Deadline) async throws(HypervisorError) -> JobRef {
    let reference = reference(to: intent)
    if let known = await find(intent, step: step, deadline: deadline) { return known }
    let view: StepView
    switch await StepChecks(self, deadline).view(of: step) {
    case .unseen(let obstacles): throw Self.refusal(obstacles[0])
    case .seen(let seen): view = seen
    }
    if let obstacle = (view.claims + view.obstacles).first { throw Self.refusal(obstacle) }
    if let obstacle = await thirdHosts(step, deadline) { throw Self.refusal(obstacle) }
    let (job, isNew) = links.jobs.claim(reference, step)
    guard isNew else { return reference }
    do throws(HypervisorError) {
      if step.marksGuest { try await mark(step, intent, deadline) }
      try await StepEffects(driver: self, view: view, job: job, deadline: deadline).begin()
      return reference
    } catch {
      links.jobs.withdraw(job)
      throw error
    }
  }

  /// The job an intent started: one of this process, or a migration that runs under our mark of that intent.
  package func find(_ intent: IntentID, step: Step, deadline: Deadline) async -> JobRef? {
    let reference = reference(to: intent)
    if links.jobs.job(reference) != nil { return reference }
    switch step.action {
    case .migrate, .resumePostCopy: break
    default: return nil
    }
    let writer = writer
    let runs = await call(step.source, deadline) { connection throws(LibvirtError) in
      guard let domain = try connection.domain(uuid: step.uuid.rawValue), try DomainSighting(domain).job == .migrationOut else {
        return false
      }
      guard let mark = try WriterMarks.read(domain, running: true)?.mark else { return false }
      return writer.isOurs(mark) && mark.intent == intent
    }
    guard case .success(true) = runs else { return nil }
    return links.jobs.claim(reference, step, isAdopted: true).job.reference
  }

  package func hasTrace(of intent: IntentID, step: Step, deadline: Deadline) async -> Bool? {
    guard step.leavesTrace else { return nil }
    let writer = writer
    let seen = await callAll([step.source, step.destination], deadline) { _, connection throws(LibvirtError) in
      guard let domain = try connection.domain(uuid: step.uuid.rawValue) else { return false }
      guard let mark = try WriterMarks.read(domain, running: try domain.state().isActive)?.mark else { return false }
      return writer.isOurs(mark) && mark.intent == intent
    }
    if seen.values.contains(where: { (try? $0.get()) == true }) { return true }
    return seen.values.allSatisfy { (try? $0.get()) != nil } ? false : nil
  }

  private func reference(to intent: IntentID) -> JobRef { JobRef("\(writer.writer):\(intent)") }

  /// Puts our mark on every copy of the instance that the step's hosts show.
  private func mark(_ step: Step, _ intent: IntentID, _ deadline: Deadline) async throws(HypervisorError) {
    let marks = marks
    let results = await callAll(step.hostsNeeded, deadline) { _, connection throws(LibvirtError) -> HypervisorError? in
      guard let domain = try connection.domain(uuid: step.uuid.rawValue) else { return nil }
      do throws(HypervisorError) { try marks.put(intent, on: domain) } catch { return error }
      return nil
    }
    for result in results.values {
      switch result {
      case .success(nil): break
      case .success(let error?): throw error
      case .failure(let error): throw error.asHypervisorError(beforeEffect: true)
      }
    }
  }

  /// Before a guest is made to run: why it may not, by what the hosts that this step does not concern show.
  private func thirdHosts(_ step: Step, _ deadline: Deadline) async -> Obstacle? {
    // A guest that arrived paused was seen alone in the look right before, and stands still until this is done.
    guard case .start = step.action else { return nil }
    let others = declared.keys.filter { $0 != step.source && $0 != step.destination }
    let seen = await presence(of: step.uuid, on: others, deadline: deadline)
    guard let alive = seen.filter({ $0.value.isAlive }).keys.min() else { return nil }
    return Obstacle(.otherCopyNotSafe, "\(step.instance) is alive on \(alive)", passing: false)
  }

  private static func refusal(_ obstacle: Obstacle) -> HypervisorError {
    if obstacle.code == .otherWriter { return HypervisorError(.otherWriter, obstacle.text) }
    if obstacle.code == .notWhereExpected { return HypervisorError(.overtaken, obstacle.text, blame: .nobody) }
    let comesBack = obstacle.code == .unreachable || obstacle.code == .busy
    return HypervisorError(comesBack ? .retryLater : .refusedNothingHappened, obstacle.text, blame: obstacle.blame)
  }
}

extension Step {
  /// The halves of a migration take no new metadata, and what ends it must not wait for any: they carry the migration's mark, which the
  /// checks have seen to be ours.
  fileprivate var marksGuest: Bool {
    switch action {
    case .resumePostCopy, .resume, .discardArrival: false
    default: true
    }
  }
}
