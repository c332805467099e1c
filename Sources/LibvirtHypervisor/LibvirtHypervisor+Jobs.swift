import CLibvirt
package import Fleet
package import Hypervisor

extension LibvirtHypervisor {
  package func progress(of reference: JobRef, deadline: Deadline) async -> JobProgress {
    guard let job = links.jobs.job(reference) else { return JobProgress(state: .unknown("this process knows no job \(reference)")) }
    guard job.progress.state == .running else { return job.progress }
    switch job.step.action {
    case .migrate, .resumePostCopy:
      await look(at: job, deadline)
      var progress = job.progress
      if case .success(let destination) = host(job.step.destination) {
        progress.destinationSilentMilliseconds = job.silentMilliseconds(of: destination)
      }
      return progress
    default: return job.progress
    }
  }

  /// Asks the source for the statistics of a migration that runs.
  private func look(at job: LibvirtJob, _ deadline: Deadline) async {
    let uuid = job.step.uuid
    let seen = await call(job.step.source, deadline) { connection throws(LibvirtError) -> (JobProgress, DomainSighting)? in
      guard let domain = try connection.domain(uuid: uuid.rawValue) else { return nil }
      let (type, values) = try domain.jobStatistics()
      let sighting = try DomainSighting(domain)
      guard type == VIR_DOMAIN_JOB_BOUNDED || type == VIR_DOMAIN_JOB_UNBOUNDED else { return (JobProgress(state: .running), sighting) }
      return (JobStatistics.progress(values, state: .running), sighting)
    }
    switch seen {
    case .success((var progress, let sighting)?):
      if sighting.presence == .postCopySource { progress.postCopy = true }
      progress.encrypted = job.progress.encrypted
      // Statistics are all zero in its first moments, and again once it has ended: the last that said something are kept.
      if progress.processedBytes >= job.progress.processedBytes, progress.elapsedMilliseconds > 0 { job.show(progress) }
      if job.isAdopted, sighting.job != .migrationOut { job.end(.unknown("the migration that an earlier run began has ended")) }
    case .success(nil) where job.isAdopted: job.end(.unknown("the migration that an earlier run began has ended"))
    case .failure(let error) where job.isAdopted && error.connectionLost:
      job.end(.unknown("\(job.step.source) does not answer: \(error.message)"))
    // The thread that carries the migration learns how it ended.
    case .success(nil), .failure: break
    }
  }

  /// How often a command to a migration that is only just beginning is tried again.
  private static let controlRetryMilliseconds = 50

  package func control(_ reference: JobRef, _ command: JobControl, deadline: Deadline) async throws(HypervisorError) {
    guard let job = links.jobs.job(reference) else {
      throw HypervisorError(.refusedNothingHappened, "this process knows no job \(reference)")
    }
    if command == .abort { job.update { $0.isAbortAsked = true } }
    guard job.step.isMigration else {
      if command == .abort { return }
      throw HypervisorError(.refusedNothingHappened, "\(job.step.name) of \(job.step.instance) takes no such command")
    }
    let end = ContinuousClock.now + .milliseconds(deadline.milliseconds)
    while true {
      guard job.progress.state == .running else {
        // Nothing was left to abort, or it heard before it began.
        if command == .abort, case .failed = job.progress.state { return }
        throw HypervisorError(.refusedNothingHappened, "the migration of \(job.step.instance) has ended")
      }
      let uuid = job.step.uuid
      let result = await call(job.step.source, deadline) { connection throws(LibvirtError) in
        guard let domain = try connection.domain(uuid: uuid.rawValue) else { throw .refused("it is not there any more") }
        if command == .suspend { job.update { $0.isSuspendedByUs = true } }
        try domain.carryOut(command)
      }
      guard case .failure(let error) = result else { return }
      // No migration runs yet, and so nothing takes the command.
      let isEarly = error.is(VIR_ERR_OPERATION_INVALID) && job.progress.elapsedMilliseconds == 0
      guard isEarly, ContinuousClock.now < end else { throw error.asHypervisorError(beforeEffect: false) }
      try? await Task.sleep(for: .milliseconds(Self.controlRetryMilliseconds))
    }
  }
}

extension DomainHandle {
  fileprivate func carryOut(_ command: JobControl) throws(LibvirtError) {
    switch command {
    case .setDowntime(let milliseconds): try setMigrationDowntime(milliseconds: milliseconds)
    case .setBandwidth(let bytes): try setMigrationSpeed(mebibytesPerSecond: max(1, bytes >> 20))
    case .startPostCopy: try startPostCopy()
    case .suspend: try suspend()
    case .abort: try abortJob()
    }
  }
}

extension Step {
  fileprivate var isMigration: Bool {
    switch action {
    case .migrate, .resumePostCopy: true
    default: false
    }
  }
}
