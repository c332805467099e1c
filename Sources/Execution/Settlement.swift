package import Fleet

/// Settles steps in doubt by what both hosts show; nothing is believed because we asked for it.
///
/// The table of uncertain states, source × destination; every row is a test.
package enum Settlement {
  package static func verdict(on step: Step, _ sighting: Sighting) -> Verdict {
    if let job = sighting.job, sighting.jobState == nil { return .running(job) }
    switch step.action {
    case .migrate(let options): return migration(step, options.mode, sighting, arrivesPaused: options.arrivesPaused == true)
    case .resumePostCopy: return resumed(step, sighting)
    case .resume(let host): return runsOn(host, step, sighting)
    case .shutDown: return shutDown(step, sighting)
    case .copyDisk: return unseen(sighting.source, step.source) ?? unseen(sighting.destination, step.destination) ?? byJob(sighting)
    case .removeDisk(_, _, _, let host, _, _, _), .closeHost(let host), .openHost(let host):
      return unseen(presence(host, step, sighting), host) ?? byJob(sighting)
    case .define: return define(step, sighting)
    case .disable(let host): return disable(presence(host, step, sighting), host)
    case .start(let host): return start(host, step, sighting)
    case .undefine(let host): return undefine(presence(host, step, sighting), host)
    case .discardArrival(let host): return discarded(presence(host, step, sighting), host)
    }
  }

  private static func presence(_ host: HostName, _ step: Step, _ sighting: Sighting) -> Presence {
    host == step.source ? sighting.source : sighting.destination
  }

  private static func shutDown(_ step: Step, _ sighting: Sighting) -> Verdict {
    switch sighting.source {
    case .off: .done
    case .running, .paused: .notDone(detail(sighting) ?? "it is still running on \(step.source)")
    case .absent: .needsHuman(.lost, "it left \(step.source) while it was being shut down")
    case .unreachable(let reason): .inDoubt("\(step.source) does not answer: \(reason)")
    case .incoming, .postCopySource, .postCopyTarget: .inDoubt("a migration we did not start runs on \(step.source)")
    }
  }

  private static func unseen(_ presence: Presence, _ host: HostName) -> Verdict? {
    if case .unreachable(let reason) = presence { return .inDoubt("\(host) does not answer: \(reason)") }
    return nil
  }

  /// Disks and host flags cannot be seen by presence: only a watched end counts.
  private static func byJob(_ sighting: Sighting) -> Verdict {
    switch sighting.jobState {
    case .done: .done
    case .failed(let text): .notDone(text)
    case .unknown(let text): .wait(text)
    case .running: .wait("its job runs")
    case nil: .notDone("its job is gone without a result")
    }
  }

  private static func define(_ step: Step, _ sighting: Sighting) -> Verdict {
    switch sighting.destination {
    case .off(defined: true, _, _): .done
    case .absent, .off: .notDone(detail(sighting) ?? "no definition on \(step.destination)")
    case .unreachable(let reason): .inDoubt("\(step.destination) does not answer: \(reason)")
    default: .needsHuman(.crashedDuringMigration, "it runs on \(step.destination) although we only defined it there")
    }
  }

  private static func disable(_ presence: Presence, _ host: HostName) -> Verdict {
    switch presence {
    case .off(_, disabled: true, _), .absent: .done
    case .off: .notDone("not disabled on \(host)")
    case .unreachable(let reason): .inDoubt("\(host) does not answer: \(reason)")
    default: .needsHuman(.crashedDuringMigration, "somebody started it on \(host) during our move")
    }
  }

  private static func start(_ host: HostName, _ step: Step, _ sighting: Sighting) -> Verdict {
    let other = host == step.source ? step.destination : step.source
    let there = presence(other, step, sighting)
    let here = presence(host, step, sighting)
    if let verdict = unseen(here, host) { return verdict }
    if let third = sighting.thirdHostAlive {
      return .needsHuman(.crashedDuringMigration, "it is alive on \(third) while it is started on \(host)")
    }
    if there.isAlive { return .needsHuman(.crashedDuringMigration, "its copy on \(other) is alive while it is started on \(host)") }
    switch here {
    case .running, .paused(.user): return .done
    // It was started, and its user shut it down since.
    case .off(_, _, .shutDown) where sighting.jobState == .done, .off(_, _, .destroyed) where sighting.jobState == .done: return .done
    case .off: return unseen(there, other) ?? .notDone("it did not start on \(host)\(detail(sighting).map { ": \($0)" } ?? "")")
    case .absent: return .needsHuman(.lost, "its definition on \(host) is gone")
    case .unreachable(let reason): return .inDoubt("\(host) does not answer: \(reason)")
    case .paused, .incoming, .postCopySource, .postCopyTarget: return .wait("it is starting on \(host)")
    }
  }

  /// A guest that was paused by us and is to run on.
  private static func runsOn(_ host: HostName, _ step: Step, _ sighting: Sighting) -> Verdict {
    let other = host == step.source ? step.destination : step.source
    let here = presence(host, step, sighting)
    if let verdict = unseen(here, host) { return verdict }
    if let third = sighting.thirdHostAlive {
      return .needsHuman(.crashedDuringMigration, "it is alive on \(third) while it is resumed on \(host)")
    }
    if presence(other, step, sighting).isAlive {
      return .needsHuman(.crashedDuringMigration, "its copy on \(other) is alive while it is resumed on \(host)")
    }
    switch here {
    case .running, .off(_, _, .shutDown), .off(_, _, .destroyed): return .done
    // It ran on, and its user paused it since.
    case .paused(.user) where sighting.jobState == .done: return .done
    case .paused: return .notDone("it is still paused on \(host)")
    case .off: return .needsHuman(.crashedDuringMigration, "it crashed on \(host) while it was resumed")
    case .absent: return .needsHuman(.lost, "it left \(host) while it was resumed")
    default: return .inDoubt("a migration we did not start runs on \(host)")
    }
  }

  private static func undefine(_ presence: Presence, _ host: HostName) -> Verdict {
    switch presence {
    case .absent, .off(defined: false, _, _): .done
    case .off: .notDone("its definition is still on \(host)")
    case .unreachable(let reason): .inDoubt("\(host) does not answer: \(reason)")
    case .paused(.migration): .notDone("its paused half is still on \(host)")
    default: .needsHuman(.crashedDuringMigration, "it runs on \(host) although its move had ended")
    }
  }

  private static func discarded(_ presence: Presence, _ host: HostName) -> Verdict {
    switch presence {
    case .absent, .off: .done
    case .paused: .notDone("its paused half is still on \(host)")
    case .unreachable(let reason): .inDoubt("\(host) does not answer: \(reason)")
    default: .needsHuman(.crashedDuringMigration, "it runs on \(host), where it had arrived paused")
    }
  }

  /// What the hypervisor said of the end of the job.
  static func detail(_ sighting: Sighting) -> String? {
    switch sighting.jobState {
    case .failed(let text), .unknown(let text): text
    default: nil
    }
  }
}
