package import Fleet

/// What both hosts of a move showed of its instance, and what is known of the step's job.
package struct Sighting: Sendable, Equatable {
  package var source: Presence
  package var destination: Presence
  /// The job of the intent, if the hypervisor still knows it.
  package var job: JobRef?
  /// How the job ended, if it was watched to its end.
  package var jobState: JobProgress.State?
  /// What every other host that may have a copy showed; those that cannot have one are left out. Nil: only these two were asked.
  package var elsewhere: [HostName: Presence]?
  /// Whether the intent left its mark on a hypervisor; nil: not asked, or not to be known.
  package var hasTrace: Bool?

  package init(
    source: Presence, destination: Presence, job: JobRef? = nil, jobState: JobProgress.State? = nil,
    elsewhere: [HostName: Presence]? = nil, hasTrace: Bool? = nil
  ) {
    self.source = source
    self.destination = destination
    self.job = job
    self.jobState = jobState
    self.elsewhere = elsewhere
    self.hasTrace = hasTrace
  }

  /// A third host on which it is alive; the first by name.
  package var thirdHostAlive: HostName? { elsewhere?.filter { $0.value.isAlive }.keys.min() }

  /// A third host that does not answer and may have a copy, and why it does not; the first by name.
  package var thirdHostSilent: (host: HostName, reason: String)? {
    elsewhere?.compactMap { host, presence in
      if case .unreachable(let reason) = presence { (host, reason) } else { nil }
    }.min { $0.0 < $1.0 }
  }
}

/// Whom to ask beside the two hosts of a step.
package struct LookScope: OptionSet, Sendable, Hashable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Every host that may have a copy of the guest.
  package static let everyHost = LookScope(rawValue: 1)
  /// A guest stands still until this is known: other hosts than the two are not waited for long.
  package static let briefly = LookScope(rawValue: 4)
  /// Whether the intent left its mark.
  package static let trace = LookScope(rawValue: 2)
}

/// What a sighting says of a step whose outcome was in doubt.
package enum Verdict: Sendable, Equatable {
  /// Its job runs: watch it.
  case running(JobRef)
  case done
  /// Done, but these steps are still to do (the source's definition is left, a post-copy is to be resumed).
  case doneAfter([Step])
  /// It did not happen, or was undone; the guest is as it was before the step.
  case notDone(String)
  /// It did not happen: the guest runs on at its source, and what arrived at the destination, paused, never ran.
  case arrivedInVain(String)
  /// The hypervisors are still deciding: look again.
  case wait(String)
  /// Nothing can be known now: the intent stays in doubt, the instance frozen.
  case inDoubt(String)
  /// A person must look.
  case needsHuman(BlockedItem.Reason, String)
}
