package import Fleet

/// What both hosts of a move showed of its instance, and what is known of the step's job.
package struct Sighting: Sendable, Equatable {
  package var source: Presence
  package var destination: Presence
  /// The job of the intent, if the hypervisor still knows it.
  package var job: JobRef?
  /// How the job ended, if it was watched to its end.
  package var jobState: JobProgress.State?

  package init(source: Presence, destination: Presence, job: JobRef? = nil, jobState: JobProgress.State? = nil) {
    self.source = source
    self.destination = destination
    self.job = job
    self.jobState = jobState
  }
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
  /// The hypervisors are still deciding: look again.
  case wait(String)
  /// Nothing can be known now: the intent stays in doubt, the instance frozen.
  case inDoubt(String)
  /// A person must look.
  case needsHuman(BlockedItem.Reason, String)
}
