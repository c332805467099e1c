import Fleet
import Hypervisor

/// What was certain to come, coming.
extension SimulatedWorld {
  mutating func carryOutPending(_ index: Int) {
    let event = pending.remove(at: index)
    guard let cell = cellIndex(event.cell) else { return }
    switch event.event {
    case .deed(let kind, let host): deed(kind, of: event.uuid, on: host, cell)
    case .goesOff(let intent, let boot): goOffLate(event.uuid, intent, boot, cell)
    case .call(let step, let mark): beginLate(step, mark)
    case .arrives(let intent, let step, let wasPaused): arriveLate(step, intent, wasPaused: wasPaused, cell)
    }
  }

  /// A guest whose shutdown was given up goes off after all, wherever it is by now; one that was paused or booted meanwhile does not.
  private mutating func goOffLate(_ uuid: InstanceUUID, _ intent: IntentID, _ boot: Int, _ cell: Int) {
    guard let copy = cells[cell].copies(of: uuid).first(where: { $0.power == .running && $0.bootCount == boot }) else { return }
    goOff(uuid, on: copy.host, cell, stoppedBy: intent)
  }

  /// A step of ours asked this guest to shut down, or started it, and has its mark on it still.
  func wasAskedOff(_ guest: SimulatedInstance) -> Bool { isMarked(guest) { $0.isShutDown || $0.action == .start(on: guest.host) } }

  /// A step of ours let it arrive paused, or let it run, and has its mark on it still.
  func wasAskedToPause(_ guest: SimulatedInstance) -> Bool { isMarked(guest) { $0.arrivesPaused || $0.action == .resume(on: guest.host) } }

  private func isMarked(_ guest: SimulatedInstance, by suits: (Step) -> Bool) -> Bool {
    guard let intent = guest.mark?.intent else { return false }
    return jobs.contains { $0.intent == intent && suits($0.step) }
  }

  mutating func mayPassForOurs(_ guest: SimulatedInstance, _ cell: Int) {
    change(guest.uuid, on: guest.host, in: cells[cell].name) {
      var deeds = $0.others ?? DeedsOfOthers()
      deeds.mayPassForOurs = true
      $0.others = deeds
    }
  }

  /// The guest powers itself off; what moved its memory or its disks meanwhile fails.
  mutating func goOff(_ uuid: InstanceUUID, on host: HostName, _ cell: Int, stoppedBy intent: IntentID?) {
    guard let guest = cells[cell].copy(of: uuid, on: host), guest.power == .running || guest.power == .paused else { return }
    let job = jobs.firstIndex { $0.isRunning && $0.step.uuid == uuid && $0.step.cell == cells[cell].name && $0.transfer != nil }
    let charge = cells[cell].chargedMemoryBytes(on: host)
    if intent == nil, wasAskedOff(guest) { mayPassForOurs(guest, cell) }
    change(uuid, on: host, in: cells[cell].name) {
      $0.power = .off
      $0.offReason = .shutDown
      $0.stoppedBy = intent
      $0.suspendedBy = nil
      $0.others?.isRival = false
      $0.chargeWhenStopped = intent == nil ? nil : charge
    }
    if let job, case .migrate = jobs[job].step.action, jobs[job].step.source == host {
      cells[cell].remove(uuid, from: jobs[job].step.destination)
      finish(job, .failed("\(guest.name) was shut down on \(host)"))
    }
    if !guest.persistent { cells[cell].remove(uuid, from: host) }
  }

  /// What a hung daemon had been asked for: it looks at its own host only. What does not fit any more is refused unheard.
  private mutating func beginLate(_ step: Step, _ mark: WriterMark) {
    guard let cell = cellIndex(step.cell), !jobs.contains(where: { $0.intent == mark.intent }) else { return }
    let identity = WriterIdentity(fleet: mark.fleet, writer: mark.writer, epoch: mark.epoch)
    let caller = SimulatedCaller(writer: identity, wall: clock.at)
    if case .start(let host) = step.action {
      guard let copy = cells[cell].copy(of: step.uuid, on: host), copy.persistent, !copy.power.holdsMemory else { return }
    } else if !check(step, by: caller).isEmpty {
      return
    }
    effect(step, intent: mark.intent, by: caller, cell)
  }
}
