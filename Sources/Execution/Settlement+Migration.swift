import Fleet

extension Settlement {
  static func migration(_ step: Step, _ mode: MigrationMode, _ sighting: Sighting, arrivesPaused: Bool = false) -> Verdict {
    if arrivesPaused, sighting.destination == .paused(.user), let verdict = arrival(step, sighting) { return verdict }
    return migration(step, mode, sighting)
  }

  /// A guest that stands paused at its destination, as we had asked for.
  private static func arrival(_ step: Step, _ sighting: Sighting) -> Verdict? {
    let resume = step.followed(by: .resume(on: step.destination))
    switch sighting.source {
    case .absent, .off(defined: false, _, _): return .doneAfter([resume])
    case .off(defined: true, _, .migrated): return .doneAfter([resume, step.followed(by: .undefine(on: step.source))])
    case .running:
      let text = detail(sighting).map { $0.isEmpty ? "" : "\($0); " } ?? ""
      return .arrivedInVain("\(text)it runs on \(step.source), and never ran on \(step.destination)")
    case .off:
      return .needsHuman(
        .crashedDuringMigration, "it stands paused on \(step.destination), and went off on \(step.source) though not by its migration")
    default: return nil
    }
  }

  private static func migration(_ step: Step, _ mode: MigrationMode, _ sighting: Sighting) -> Verdict {
    switch (sighting.source, sighting.destination) {
    case (.unreachable(let reason), _): return .inDoubt("\(step.source) does not answer: \(reason)")
    case (_, .unreachable(let reason)): return .inDoubt("\(step.destination) does not answer: \(reason)")
    case (.running, .running):
      return .needsHuman(.crashedDuringMigration, "it runs on both \(step.source) and \(step.destination): split brain")
    case (.postCopySource, .postCopyTarget(failed: true)), (.postCopySource, .paused):
      return .doneAfter([step.followed(by: .resumePostCopy)])
    case (.postCopySource, .absent), (.postCopySource, .off):
      return .needsHuman(
        .crashedDuringMigration,
        "its post-copy broke and its half on \(step.destination) is gone; the half on \(step.source) is paused and may lack memory that had crossed"
      )
    case (.postCopySource, _): return .wait("post-copy: its memory is on both hosts")
    case (.absent, .postCopyTarget(failed: true)), (.off, .postCopyTarget(failed: true)):
      return .needsHuman(
        .crashedDuringMigration,
        "its post-copy broke and its half on \(step.source) is gone; the half on \(step.destination) lacks the memory that had not crossed"
      )
    case (.absent, .postCopyTarget), (.off, .postCopyTarget): return .wait("post-copy is ending")
    case (_, .incoming), (.running, .paused(.migration)), (.paused, .paused(.migration)), (.paused(.migration), .paused),
      (.paused(.migration), .absent):
      return .wait("the migration is still being decided")
    case (.running, .absent), (.running, .off), (.paused(.user), .absent), (.paused(.user), .off), (.paused(.ioError), .absent),
      (.paused(.ioError), .off):
      return .notDone(stillOn(step.source, sighting))
    case (.absent, .running), (.absent, .paused(.user)), (.off(defined: false, _, _), .running),
      (.off(defined: false, _, _), .paused(.user)):
      return .done
    case (.paused(.migration), .running), (.off, .running), (.off, .paused(.user)):
      return .doneAfter([step.followed(by: .undefine(on: step.source))])
    default: return mode == .offline ? offOffline(step, sighting) : offLive(step, sighting)
    }
  }

  /// A resumed post-copy: what is still broken is tried again as the same step, so that attempts are counted.
  static func resumed(_ step: Step, _ sighting: Sighting) -> Verdict {
    switch migration(step, .live, sighting) {
    case .doneAfter([step.followed(by: .resumePostCopy)]): .notDone("post-copy is still broken")
    case .notDone(let text): .needsHuman(.crashedDuringMigration, "in the middle of post-copy \(text)")
    case let verdict: verdict
    }
  }

  /// The guest ran when its migration began and runs nowhere now.
  private static func offLive(_ step: Step, _ sighting: Sighting) -> Verdict {
    switch (isGone(sighting.source), isGone(sighting.destination), sighting.source) {
    case (true, true, _): return .needsHuman(.lost, "it is on neither \(step.source) nor \(step.destination)")
    case (true, false, _): return .needsHuman(.lost, "it is on \(step.destination) only, and does not run there")
    case (false, _, .off(_, _, .shutDown)), (false, _, .off(_, _, .destroyed)):
      if !sighting.destination.isAlive { return .notDone("it was shut down on \(step.source)") }
    case (false, _, .off):
      if !sighting.destination.isAlive {
        return .needsHuman(.crashedDuringMigration, "it crashed on \(step.source) during the migration")
      }
    default: break
    }
    return .needsHuman(.crashedDuringMigration, "\(step.source) and \(step.destination) show a state that no migration leaves")
  }

  /// The guest was off when its migration began.
  private static func offOffline(_ step: Step, _ sighting: Sighting) -> Verdict {
    switch (sighting.source, sighting.destination) {
    case (let source, let destination) where isGone(source) && isGone(destination):
      return .needsHuman(.lost, "it is on neither \(step.source) nor \(step.destination)")
    case (let source, .off) where isGone(source): return .done
    case (.off, let destination) where isGone(destination): return .notDone(stillOn(step.source, sighting))
    case (.off, .off):
      // A definition that was there before is what makes such a migration fail; it must not pass for its result.
      if case .failed(let text) = sighting.jobState { return .notDone(text) }
      return .doneAfter([step.followed(by: .undefine(on: step.source))])
    default: return .needsHuman(.crashedDuringMigration, "\(step.source) and \(step.destination) show a state that no migration leaves")
    }
  }

  /// With the hypervisor's own words, if it said why.
  private static func stillOn(_ host: HostName, _ sighting: Sighting) -> String {
    let place = "it is still on \(host)"
    return detail(sighting).map { $0.isEmpty ? place : "\($0); \(place)" } ?? place
  }

  /// Neither running nor defined.
  private static func isGone(_ presence: Presence) -> Bool {
    switch presence {
    case .absent, .off(defined: false, _, _): true
    default: false
    }
  }
}
