import BlockingCalls
import CLibvirt
import Fleet
import Hypervisor

/// One live or block migration, carried by a thread and a connection of its own until it ends.
///
/// A connection of its own because libvirtd serves only a few calls of one connection at once, and this one lasts as long as the migration.
struct MigrationJob: Sendable {
  let job: LibvirtJob
  let source: LibvirtHost
  let destination: LibvirtHost
  let uuid: InstanceUUID
  let request: MigrationRequest
  /// Encryption is preferred, not required: without certificates it goes without.
  let mayGoUnencrypted: Bool
  /// Where its UEFI variables are; nil: it has none.
  var variablesPath: String?

  /// A host without certificates refuses before anything is sent; what breaks later is no reason to go in clear.
  static let refusalMillisecondsMax = 2000

  /// False: no thread could be had, and nothing was begun.
  func start() -> Bool { BlockingThread.start { run() } }

  private func run() {
    let connection: ConnectionHandle
    let domain: DomainHandle
    do throws(LibvirtError) {
      connection = try source.openAnother()
      guard let found = try connection.domain(uuid: uuid.rawValue) else { throw .refused("it is not on \(source.name)") }
      domain = found
    } catch { return job.end(.failed(error.message), blame: .source) }
    if job.isAbortAsked { return job.end(.failed("aborted before it began")) }
    do throws(LibvirtError) {
      try migrate(domain)
      recordEnd()
      job.end(.done)
      // Without it the guest may find them there one day as a stranger's; that is safe, and no reason to call its move anything but done.
      if let variablesPath { try? LeftVariables.sign(variablesPath, uuid, connection) }
    } catch {
      if error.connectionLost { return job.end(.unknown("\(source.name): \(error.message)")) }
      if job.isSuspendedByUs { resumeIfStillThere(domain) }
      let seen = try? DomainSighting(domain)
      // Another job has the guest at its source: no fault of the destination, and nothing of this was begun. A destination that lets its time
      // pass says the same code, and is not spared.
      let isPassing = error.is(VIR_ERR_OPERATION_TIMEOUT) && seen?.job != nil && job.progress.processedBytes == 0
      let isShutDown = if case .off(_, _, .shutDown)? = seen?.presence { true } else { false }
      job.end(.failed(error.message), blame: isPassing ? .nobody : nil, isPassing: isPassing, isShutDownByUser: isShutDown)
    }
  }

  private func migrate(_ domain: DomainHandle) throws(LibvirtError) {
    let begun = ContinuousClock.now
    do throws(LibvirtError) { try migrate(domain, request) } catch {
      let refusedAtOnce = (ContinuousClock.now - begun).milliseconds <= Self.refusalMillisecondsMax
      guard mayGoUnencrypted, refusedAtOnce, request.isEncrypted, !error.connectionLost, error.isRefusalOfEncryption,
        job.progress.processedBytes == 0,
        !job.isAbortAsked, let sighting = try? DomainSighting(domain), sighting.presence == .running || sighting.presence == .paused(.user)
      else { throw error }
      try migrate(domain, request.unencrypted)
    }
  }

  private func migrate(_ domain: DomainHandle, _ request: MigrationRequest) throws(LibvirtError) {
    job.update { $0.progress.encrypted = request.isEncrypted }
    let parameters = request.parameters()
    defer { parameters.free() }
    try domain.migrate(to: destination.uri.connectText, parameters, flags: request.flags)
  }

  /// The true downtime and totals, which libvirt keeps at the destination.
  private func recordEnd() {
    guard let connection = try? destination.openAnother(), let domain = try? connection.domain(uuid: uuid.rawValue),
      let (type, values) = try? domain.jobStatistics(completed: true), type == VIR_DOMAIN_JOB_COMPLETED
    else { return }
    job.update { state in
      let last = state.progress
      state.progress = JobStatistics.progress(values, state: .running)
      state.progress.encrypted = last.encrypted
      state.progress.totalBytes = max(state.progress.totalBytes, last.totalBytes)
      state.progress.postCopy = last.postCopy
    }
  }

  /// A guest that we paused to end its migration goes on where it is.
  private func resumeIfStillThere(_ domain: DomainHandle) {
    guard let sighting = try? DomainSighting(domain), sighting.presence == .paused(.user) else { return }
    try? domain.resume()
  }
}

/// libvirt's job statistics in our terms.
enum JobStatistics {
  static func progress(_ values: [String: TypedValue], state: JobProgress.State) -> JobProgress {
    func value(_ name: String) -> Int { values.number(name) ?? 0 }
    return JobProgress(
      state: state, elapsedMilliseconds: value(VIR_DOMAIN_JOB_TIME_ELAPSED), totalBytes: value(VIR_DOMAIN_JOB_DATA_TOTAL),
      processedBytes: value(VIR_DOMAIN_JOB_DATA_PROCESSED), remainingBytes: value(VIR_DOMAIN_JOB_DATA_REMAINING),
      iteration: value(VIR_DOMAIN_JOB_MEMORY_ITERATION),
      dirtyBytesPerSecond: Int(
        foreign: value(VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE).times(max(value(VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE), 4096))),
      bytesPerSecond: value(VIR_DOMAIN_JOB_MEMORY_BPS) + value(VIR_DOMAIN_JOB_DISK_BPS),
      throttlePercent: value(VIR_DOMAIN_JOB_AUTO_CONVERGE_THROTTLE), postCopy: value(VIR_DOMAIN_JOB_MEMORY_POSTCOPY_REQS) > 0,
      downtimeMilliseconds: values.number(VIR_DOMAIN_JOB_DOWNTIME))
  }
}

extension LibvirtError {
  /// What a host without certificates, or a QEMU that cannot encrypt, answers before anything is sent.
  var isRefusalOfEncryption: Bool {
    `is`(VIR_ERR_OPERATION_INVALID) || `is`(VIR_ERR_INTERNAL_ERROR) || `is`(VIR_ERR_CONFIG_UNSUPPORTED) || `is`(VIR_ERR_OPERATION_FAILED)
      || isNotSupported
  }
}
