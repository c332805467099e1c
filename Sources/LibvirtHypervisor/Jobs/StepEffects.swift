import CLibvirt
import Fleet
import Hypervisor

/// Carries out a step that nothing stands in the way of; what takes time goes on as a job.
struct StepEffects: Sendable {
  let driver: LibvirtHypervisor
  let step: Step
  let job: LibvirtJob
  let deadline: Deadline
  let source: SourceFacts?
  let addresses: ScreenAddresses
  let targets: [CopyTarget]
  let destinationPools: [PoolDescription]

  init(driver: LibvirtHypervisor, view: StepView, job: LibvirtJob, deadline: Deadline) {
    self.driver = driver
    self.job = job
    self.deadline = deadline
    step = view.step
    source = view.source
    addresses = view.addresses
    targets = view.copyTargets
    destinationPools = view.destination?.pools.map(\.description) ?? []
  }

  /// How long each host may take to say what its guests use.
  static let askingDeadline = Deadline(milliseconds: 20_000)

  func begin() async throws(HypervisorError) {
    switch step.action {
    case .migrate(let options): try await MigrationStart(effects: self, options: options).begin()
    case .resumePostCopy: try await MigrationStart.resume(self)
    case .shutDown(let timeout, let onTimeout):
      let shutdown = ShutdownJob(job: job, host: try host(step.source), uuid: step.uuid, timeoutMilliseconds: timeout, onTimeout: onTimeout)
      Task { await shutdown.run() }
    case .copyDisk(let disk): try await copy(disk)
    case .define: try DefinitionMove(effects: self).begin()
    case .disable(let name): effect(on: try host(name)) { domain throws(LibvirtError) in try Self.disable(domain) }
    case .start(let name): try start(on: name)
    case .undefine(let name):
      let uuid = step.uuid
      effect(on: try host(name)) { domain throws(LibvirtError) in try Self.undefine(domain, uuid) }
    case .resume(let name): effect(on: try host(name)) { domain throws(LibvirtError) in try domain.resume() }
    case .discardArrival(let name): effect(on: try host(name)) { domain throws(LibvirtError) in try Self.discard(domain) }
    case .removeDisk(_, let pool, let volume, let name, let unfinished, let unchangedSince, let asReadThere):
      let host = try host(name)
      guard let volume else {
        return job.refuse("which volume of \(pool) on \(name) held the disk is not known: delete it by hand", blame: .nobody)
      }
      let removal = DiskRemoval(
        volume: volume, pool: pool, host: host.name, isUnfinished: unfinished == true, unchangedSince: unchangedSince,
        isHostsOwnReading: asReadThere == true)
      // A copy that this move made under a name that was free, and did not finish, is nobody else's.
      let users = unfinished == true ? nil : DiskUsers(driver: driver, deadline: Self.askingDeadline)
      let job = job
      Task {
        if let objection = await users?.objection(toRemoving: removal.name, from: pool, on: name) {
          return job.refuse(objection)
        }
        run(on: host) { connection throws(LibvirtError) in try removal.carryOut(connection) }
      }
    case .closeHost, .openHost: preconditionFailure("its check refuses it")
    }
  }

  func host(_ name: HostName) throws(HypervisorError) -> LibvirtHost {
    switch driver.host(name) {
    case .success(let host): return host
    case .failure(let error): throw HypervisorError(.refusedNothingHappened, error.message)
    }
  }

  /// Runs an effect on the instance's domain, which is done already if it is not there.
  private func effect(on host: LibvirtHost, _ body: @escaping @Sendable (DomainHandle) throws(LibvirtError) -> Void) {
    let uuid = step.uuid
    run(on: host) { connection throws(LibvirtError) in
      if let domain = try connection.domain(uuid: uuid.rawValue) { try body(domain) }
    }
  }

  func run(on host: LibvirtHost, _ body: @escaping @Sendable (ConnectionHandle) throws(LibvirtError) -> Void) {
    let job = job
    Task {
      switch await host.call(LibvirtHypervisor.effectDeadline, body) {
      case .success: job.end(.done)
      case .failure(let error): job.end(with: error)
      }
    }
  }

  /// At the destination only if nobody used the source's disks after they were copied.
  private func start(on name: HostName) throws(HypervisorError) {
    let there = try host(name)
    guard name == step.destination, step.source != step.destination, let guest = source?.description else {
      return effect(on: there) { domain throws(LibvirtError) in try Self.start(domain) }
    }
    let freshness = CopyFreshness(source: try host(step.source), destination: there)
    let (job, uuid) = (job, step.uuid)
    Task {
      let defined = await there.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) -> DomainDescription? in
        guard let domain = try connection.domain(uuid: uuid.rawValue) else { return nil }
        let xml = try domain.xml()
        return try parsed { try DomainDescription(xml: xml) }
      }
      guard case .success(let description?) = defined else { return job.end(.unknown("\(name) does not show its definition")) }
      let copies = description.disks.compactMap { disk in
        guard let original = guest.disks.first(where: { $0.target == disk.target }).flatMap(VolumeReference.init),
          let copy = VolumeReference(disk)
        else { return nil as CopyFreshness.Copy? }
        return CopyFreshness.Copy(target: disk.target, original: original, copy: copy)
      }
      if let objection = await freshness.objection(to: copies) { return job.refuse(objection) }
      effect(on: there) { domain throws(LibvirtError) in try Self.start(domain) }
    }
  }

  // MARK: effects on a domain; all block

  /// Nothing starts it but us: it no longer starts with its host, and says why.
  private static func disable(_ domain: DomainHandle) throws(LibvirtError) {
    try domain.setStartsWithHost(false)
    try domain.setDisabled(ReconcileMetadata.disabledElement(autostart: try domain.disabledAutostart() == true))
    guard try !domain.startsWithHost() else { throw .refused("\(domain.name) still starts with its host") }
  }

  private static func start(_ domain: DomainHandle) throws(LibvirtError) {
    try domain.setDisabled(nil)
    try domain.start()
  }

  /// The definition goes; disks, firmware variables and TPM state stay: on storage that both hosts share they are the only ones.
  private static func undefine(_ domain: DomainHandle, _ uuid: InstanceUUID) throws(LibvirtError) {
    // The half of a migration that is over; the guest runs at the destination.
    if try domain.state().isActive { try domain.powerOff() }
    guard try domain.isPersistent() else { return }
    // So that the guest may have them replaced one day; what is not known as its own is never replaced.
    if let xml = try? domain.xml(VIR_DOMAIN_XML_INACTIVE), let path = try? DomainDescription(xml: xml).nvramPath {
      try? LeftVariables.sign(path, uuid, domain.connection)
    }
    do throws(LibvirtError) { try domain.undefine(VIR_DOMAIN_UNDEFINE_KEEP_NVRAM, VIR_DOMAIN_UNDEFINE_KEEP_TPM) } catch {
      // A libvirt that knows no such flag for TPM state keeps that state anyway.
      guard error.is(VIR_ERR_INVALID_ARG) || error.isNotSupported else { throw error }
      try domain.undefine(VIR_DOMAIN_UNDEFINE_KEEP_NVRAM)
    }
  }

  /// It stands paused and never ran: nothing is in it that its source has not.
  private static func discard(_ domain: DomainHandle) throws(LibvirtError) {
    guard try domain.state().isPaused else { throw .refused("\(domain.name) does not stand paused") }
    try domain.powerOff()
    do throws(LibvirtError) {
      guard try domain.isPersistent() else { return }
      try domain.undefine(VIR_DOMAIN_UNDEFINE_KEEP_NVRAM)
    } catch {
      // A domain without a definition is gone with its process.
      guard error.is(VIR_ERR_NO_DOMAIN) else { throw error }
    }
  }

  // MARK: disks

  /// The copy's volume is made before the step counts as begun, so that one that is there is a refusal.
  private func copy(_ disk: DiskMove) async throws(HypervisorError) {
    guard let target = targets.first, let description = source?.description?.disks.first(where: { $0.target == disk.target }),
      let original = VolumeReference(description)
    else { throw HypervisorError(.refusedNothingHappened, "disk \(disk.target) of \(step.instance) is no file or volume") }
    let (here, there) = (try host(step.source), try host(step.destination))
    let (driver, step) = (driver, step)
    let intent = IntentID(job.reference.rawValue.split(separator: ":", maxSplits: 1).last.map(String.init) ?? "")
    let copy = CopyJob(job: job, source: here, destination: there, original: original, target: target, isMedia: description.isMedia) {
      Task { try? await driver.renewMark(of: step, intent) }
    }
    try await copy.prepare()
    guard copy.start() else { throw HypervisorError(.unknownOutcome, "too many threads are under way") }
  }
}

extension LibvirtHypervisor {
  /// Keeps other writers off for another while.
  func renewMark(of step: Step, _ intent: IntentID) async throws(HypervisorError) {
    let marks = marks
    _ = await callAll(step.hostsNeeded, Deadline(milliseconds: 10_000)) { _, connection throws(LibvirtError) in
      if let domain = try connection.domain(uuid: step.uuid.rawValue) { try? marks.put(intent, on: domain) }
    }
  }
}
