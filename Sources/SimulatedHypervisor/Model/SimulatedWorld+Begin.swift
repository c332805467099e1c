package import Fleet
package import Hypervisor

/// Beginning a step: faults, refusals, the mark, the effect, and the world's own look at what it was made to do.
extension SimulatedWorld {
  /// Time the hypervisor takes to move a definition without memory.
  package static let definitionMilliseconds = 200

  /// Begins a step, once for each intent; the world must have been advanced to now.
  ///
  /// Throws `otherWriter`, `retryLater` or `refusedNothingHappened` with nothing changed but the count of a fault that struck, and
  /// `unknownOutcome` with the effect carried out.
  package mutating func begin(_ step: Step, intent: IntentID, by caller: SimulatedCaller) throws(HypervisorError) -> JobRef {
    if let job = jobs.first(where: { $0.intent == intent }) { return job.id }
    if let error = spendHang(on: step, intent, caller) { throw error }
    if let error = refusal(of: step, caller) { throw error }
    if let fault = spend([.refuse, .retryLater, .destinationOutOfMemory], on: step) { throw fault.error(for: step) }
    let job = effect(step, intent: intent, by: caller, cellIndex(step.cell)!)
    spendDeeds(on: step)
    if spend([.lostReply], on: step) != nil {
      throw HypervisorError(.unknownOutcome, "the answer to \(step.name) of \(step.instance) was lost")
    }
    return job
  }

  /// The mark, the effect, and what the world has to say of it.
  @discardableResult
  mutating func effect(_ step: Step, intent: IntentID, by caller: SimulatedCaller, _ cell: Int) -> JobRef {
    let before = cells[cell].copies(of: step.uuid)
    let volumesBefore = cells[cell].host(step.destination)?.volumes ?? []
    let chargesBefore = charges(of: step, cell)
    if step.isOfInstance { mark(step, intent, caller, cell) }
    let job = carryOut(step, intent, cell)
    audit(step, cell, before: before, chargesBefore: chargesBefore, by: caller)
    auditDeletion(step, cell, volumesBefore: volumesBefore)
    auditCopies(of: step.uuid, in: step.cell)
    shareLinks(in: step.cell)
    return job
  }

  /// The job an intent began, if the world still knows it and the host that runs it answers. A host that went down knows none of its jobs.
  package func find(_ intent: IntentID, step: Step, deadlineMilliseconds: Int = Int.max) -> JobRef? {
    guard let cell = cellIndex(step.cell), silence(of: step.source, in: cell, deadlineMilliseconds: deadlineMilliseconds) == nil else {
      return nil
    }
    return jobs.first { job in
      if case .unknown = job.state { return false }
      return job.intent == intent
    }?.id
  }

  /// A job's statistics now; unknown once forgotten, or while the host that runs it does not answer.
  package func progress(of job: JobRef) -> JobProgress {
    guard let found = jobs.first(where: { $0.id == job }) else { return JobProgress(state: .unknown("no job \(job) is known")) }
    if let cell = cellIndex(found.step.cell), let reason = unreachableReason(found.step.source, in: cell) {
      return JobProgress(state: .unknown("\(found.step.source) does not answer: \(reason)"))
    }
    return found.progress(at: clock.at)
  }

  private func refusal(of step: Step, _ caller: SimulatedCaller) -> HypervisorError? {
    let obstacles = check(step, by: caller).filter { !isOnlyDeclared($0, step) }
    guard let first = obstacles.first else { return nil }
    if first.code == .otherWriter { return HypervisorError(.otherWriter, first.text) }
    if first.code == .notWhereExpected { return HypervisorError(.overtaken, first.text, blame: .nobody) }
    let comesBack = first.code == .unreachable || first.code == .busy
    return HypervisorError(comesBack ? .retryLater : .refusedNothingHappened, first.text, blame: first.blame)
  }

  /// True for a breach of declared capacity that the machine itself would still bear: it is carried out, and recorded as a violation.
  private func isOnlyDeclared(_ obstacle: Obstacle, _ step: Step) -> Bool {
    guard obstacle.code == .memory || (obstacle.code == .other && obstacle.passing) else { return false }
    guard let cell = cellIndex(step.cell), let arrival = arrival(of: step), let host = cells[cell].host(arrival),
      let guest = cells[cell].copy(of: step.uuid, on: step.source) ?? cells[cell].copy(of: step.uuid, on: arrival)
    else { return false }
    return cells[cell].chargedMemoryBytes(on: arrival) + guest.memoryMaxBytes + guest.overheadBytes <= host.memoryBytes
  }

  /// The host on which a step charges memory.
  private func arrival(of step: Step) -> HostName? {
    switch step.action {
    case .migrate(let options): options.mode == .offline ? nil : step.destination
    case .start(let host): host
    default: nil
    }
  }

  /// Takes one strike from the first fault of these kinds that matches the step.
  private mutating func spend(_ kinds: [SimulatedFault.Kind], on step: Step) -> SimulatedFault? {
    guard let index = faults.firstIndex(where: { kinds.contains($0.kind) && $0.strikes(step, at: clock.at) }) else { return nil }
    faults[index].times -= 1
    return faults[index]
  }

  /// The faults that strike a transfer on its way, each counted once for it.
  mutating func spendTroubles(on step: Step) -> [SimulatedTrouble] {
    var troubles: [SimulatedTrouble] = []
    for index in faults.indices where faults[index].kind.strikesTransfer && faults[index].strikes(step, at: clock.at) {
      faults[index].times -= 1
      let fault = faults[index]
      troubles.append(
        SimulatedTrouble(
          kind: fault.kind, bytes: fault.afterBytes, at: clock.at.adding(milliseconds: fault.afterMilliseconds ?? 0), until: fault.until,
          lastsMilliseconds: fault.delayMilliseconds))
    }
    return troubles
  }

  /// Marks the copies on the step's two hosts; a marked copy does not start with its host, and its mark remembers whether it did.
  private mutating func mark(_ step: Step, _ intent: IntentID, _ caller: SimulatedCaller, _ cell: Int) {
    let mark = caller.writer.mark(for: intent, at: caller.wall)
    for host in Set([step.source, step.destination]) where unreachableReason(host, in: cell) == nil {
      change(step.uuid, on: host, in: step.cell) {
        $0.mark = mark
        $0.heldAutostart = $0.heldAutostart ?? false || $0.autostart
        $0.autostart = false
      }
    }
  }
}

extension SimulatedFault {
  fileprivate func error(for step: Step) -> HypervisorError {
    switch kind {
    case .retryLater: HypervisorError(.retryLater, "\(step.source) is too busy to begin \(step.name) of \(step.instance)")
    case .destinationOutOfMemory:
      HypervisorError(.refusedNothingHappened, "\(step.destination) cannot allocate the memory of \(step.instance)")
    default: HypervisorError(.refusedNothingHappened, "\(step.source) refused \(step.name) of \(step.instance)")
    }
  }
}
