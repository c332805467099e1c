import Fleet

/// A guest that we pause so that its migration ends, and that must not be left standing where the migration fails.
///
/// The journal says that we set about it before the guest is paused, so that whoever takes the move up after us knows. A guest that was
/// paused already is its user's and is not touched.
extension OperationMachine {
  /// Looks at a guest paused by its migration, with nothing at the destination and no job to be found, before it counts as left standing.
  static let standingLooksMin = 40

  /// What both hosts showed when a suspension was asked for.
  mutating func sightedBeforeSuspension(_ run: StepRun, _ job: JobRef, _ sighting: Sighting, _ now: Timestamp) -> [ExecutionEffect] {
    guard wantsSuspension else { return [] }
    switch sighting.source {
    case .unreachable: return []  // Asked again with the next progress.
    case .running:
      wantsSuspension = false
      suspended = (run.index, suspended?.at ?? now)
      return [
        .journal([.step(record(run, .running, now, job: job, detail: suspensionText(run)))]), .control(id, operation.cell, job, .suspend),
      ]
    default:
      // Paused already, or being handed over: there is nothing to gain.
      wantsSuspension = false
      return []
    }
  }

  func suspensionText(_ run: StepRun) -> String {
    suspended?.stepIndex == run.index ? "paused on \(operation.source) so that its migration ends" : ""
  }

  /// A verdict on the migration of a guest that we paused.
  func mindingSuspension(
    _ verdict: Verdict, _ run: StepRun, _ sighting: Sighting, _ jobState: JobProgress.State?, _ looks: Int
  ) -> Verdict {
    guard let suspended, suspended.stepIndex == run.index else { return verdict }
    let step = steps[run.index]
    switch (verdict, sighting.source, sighting.destination) {
    case (.wait, .paused(.migration), .absent):
      if case .failed = jobState { return .notDone("it stands paused on \(step.source)") }
      return looks >= OperationMachine.standingLooksMin ? .notDone("it stands paused on \(step.source)") : verdict
    case (.needsHuman, .paused(.user), .running) where looks < OperationMachine.settleLooksMax:
      return .wait("it runs on \(step.destination), and its paused half is still on \(step.source)")
    case (.done, _, .paused(.user)): return .doneAfter([resume(on: step.destination, step)])
    case (.doneAfter(let further), .off, .paused(.user)) where !further.contains { $0.makesItRun }:
      return .doneAfter([resume(on: step.destination, step)] + further)
    default: return verdict
    }
  }

  func resume(on host: HostName, _ step: Step) -> Step {
    step.followed(by: .resume(on: host))
  }
}
