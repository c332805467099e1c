package import Fleet

/// Settles steps in doubt by what both hosts show; nothing is believed because we asked for it.
///
/// The table of uncertain states, source × destination; every row is a test.
package enum Settlement {
  package static func verdict(on step: Step, _ sighting: Sighting) -> Verdict {
    if let job = sighting.job, sighting.jobState == nil { return .running(job) }
    switch step.action {
    case .migrate(let options): return migration(step, options, sighting)
    case .resumePostCopy: return migration(step, nil, sighting)
    case .shutDown: return shutDown(step, sighting)
    case .copyDisk, .removeDisk, .closeHost, .openHost: return byJob(step, sighting)
    case .define: return define(step, sighting)
    case .disable(let host): return disable(presence(host, step, sighting), host)
    case .start(let host): return start(presence(host, step, sighting), host)
    case .undefine(let host): return undefine(presence(host, step, sighting), host)
    }
  }

  private static func presence(_ host: HostName, _ step: Step, _ sighting: Sighting) -> Presence {
    host == step.source ? sighting.source : sighting.destination
  }

  private static func migration(_ step: Step, _ options: MigrateOptions?, _ sighting: Sighting) -> Verdict {
    let tidySource = Step(
      .undefine(on: step.source), instance: step.instance, uuid: step.uuid, cell: step.cell, source: step.source,
      destination: step.destination)
    let resume = Step(
      .resumePostCopy, instance: step.instance, uuid: step.uuid, cell: step.cell, source: step.source, destination: step.destination)
    switch (sighting.source, sighting.destination) {
    case (.unreachable(let reason), _): return .inDoubt("\(step.source) does not answer: \(reason)")
    case (_, .unreachable(let reason)): return .inDoubt("\(step.destination) does not answer: \(reason)")
    case (.running, .running):
      return .needsHuman(.crashedDuringMigration, "it runs on both \(step.source) and \(step.destination): split brain")
    case (.running, .absent), (.running, .off), (.paused(.user), .absent), (.paused(.user), .off), (.paused(.ioError), .absent):
      return .notDone("it is still on \(step.source)")
    case (.running, .incoming), (.running, .paused(.migration)), (.paused(.migration), .incoming),
      (.paused(.migration), .paused), (.paused(.user), .incoming), (.paused(.migration), .absent):
      return .wait("the migration is still being decided")
    case (.paused(.migration), .running), (.off, .running), (.off, .paused(.user)): return .doneAfter([tidySource])
    case (.absent, .running), (.absent, .paused(.user)): return .done
    case (.postCopySource, .postCopyTarget(failed: true)), (.postCopySource, .paused): return .doneAfter([resume])
    case (.postCopySource, _): return .wait("post-copy: its memory is on both hosts")
    case (.absent, .postCopyTarget), (.off, .postCopyTarget): return .wait("post-copy is ending")
    case (.absent, .absent):
      return .needsHuman(.lost, "it is on neither \(step.source) nor \(step.destination)")
    case (.off(_, _, .crashed), .absent):
      return .needsHuman(.crashedDuringMigration, "it crashed on \(step.source) during the migration")
    case (.off, .absent): return .notDone("it is off on \(step.source)")
    case (.absent, .off): return options?.mode == .offline ? .done : .needsHuman(.lost, "it is off on \(step.destination), not running")
    case (.off, .off):
      return options?.mode == .offline ? .doneAfter([tidySource]) : .notDone("it is off on both hosts")
    default:
      return .needsHuman(.crashedDuringMigration, "\(step.source) and \(step.destination) show a state that no migration leaves")
    }
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

  /// Disks and host flags cannot be seen by presence: only a watched end counts.
  private static func byJob(_ step: Step, _ sighting: Sighting) -> Verdict {
    switch sighting.jobState {
    case .done: .done
    case .failed(let text): .notDone(text)
    case .unknown(let text): .notDone(text)
    case .running, nil: .notDone("its job is gone without a result")
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

  private static func start(_ presence: Presence, _ host: HostName) -> Verdict {
    switch presence {
    case .running, .paused(.user): .done
    case .off: .notDone("it did not start on \(host)")
    case .absent: .needsHuman(.lost, "its definition on \(host) is gone")
    case .unreachable(let reason): .inDoubt("\(host) does not answer: \(reason)")
    case .paused, .incoming, .postCopySource, .postCopyTarget: .wait("it is starting on \(host)")
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

  private static func detail(_ sighting: Sighting) -> String? {
    switch sighting.jobState {
    case .failed(let text), .unknown(let text): text
    default: nil
    }
  }
}
