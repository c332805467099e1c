import Fleet
import Hypervisor

/// Asks a guest to shut down and watches until it has, or its time is up.
struct ShutdownJob: Sendable {
  static let lookMilliseconds = 250
  /// Guests drop a request that comes while they boot: it is asked again.
  static let askAgainMilliseconds = 10_000
  static let callDeadline = Deadline(milliseconds: 10_000)

  let job: LibvirtJob
  let host: LibvirtHost
  let uuid: InstanceUUID
  let timeoutMilliseconds: Int
  let onTimeout: MigrationPolicy.ShutdownTimeoutAction

  func run() async {
    let clock = ContinuousClock()
    let begun = clock.now
    var asked: ContinuousClock.Instant?
    while true {
      let elapsed = (clock.now - begun).milliseconds
      if elapsed > timeoutMilliseconds { return await timedOut() }
      let mayAsk = asked.map { (clock.now - $0).milliseconds >= Self.askAgainMilliseconds } ?? true
      let seen = await look(asking: mayAsk)
      if mayAsk { asked = clock.now }
      switch seen {
      case .success(let sighting):
        job.show(JobProgress(state: .running, elapsedMilliseconds: elapsed))
        if !sighting.isActive { return job.end(sighting.presence == .absent ? .unknown("it left \(host.name)") : .done) }
      case .failure(let error) where error.connectionLost || error.remedy == .retry: break
      case .failure(let error): return job.end(.failed(error.message))
      }
      try? await Task.sleep(for: .milliseconds(Self.lookMilliseconds))
    }
  }

  private func look(asking: Bool) async -> Result<DomainSighting, LibvirtError> {
    let uuid = uuid
    return await host.call(Self.callDeadline) { connection throws(LibvirtError) in
      guard let domain = try connection.domain(uuid: uuid.rawValue) else { return .absent }
      let sighting = try DomainSighting(domain)
      if asking, sighting.isActive { try domain.shutDown() }
      return sighting
    }
  }

  private func timedOut() async {
    guard onTimeout == .powerOff else {
      return job.end(.failed("it did not shut down within \(timeoutMilliseconds / 1000) s"), blame: .guest)
    }
    let uuid = uuid
    let result = await host.call(Self.callDeadline) { connection throws(LibvirtError) in
      guard let domain = try connection.domain(uuid: uuid.rawValue) else { return }
      if try domain.state().isActive { try domain.powerOff() }
    }
    switch result {
    case .success: job.end(.done)
    case .failure(let error): job.end(error.remedy == .giveUp ? .failed(error.message) : .unknown(error.message))
    }
  }
}

extension Duration {
  var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
