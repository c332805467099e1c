import CLibvirt
import Fleet
import Hypervisor

/// What goes before a live or block migration: volumes for the copies, proof that the rest is shared, the definition at the destination.
struct MigrationStart: Sendable {
  let effects: StepEffects
  let options: MigrateOptions

  func begin() async throws(HypervisorError) {
    let (source, destination) = (try effects.host(effects.step.source), try effects.host(effects.step.destination))
    guard destination.uri.isReachableFromOthers else {
      throw HypervisorError(
        .refusedNothingHappened,
        "\(source.name) cannot be told to connect to \(destination.uri.text): give \(destination.name) a connection that other hosts can use, "
          + "such as qemu+tls://\(destination.name)/system", blame: .destination)
    }
    let definitions = try await definitions(source)
    try await proveShared(definitions)
    try await makeVolumes(on: destination)
    do throws(HypervisorError) { try start(source, destination, definitions) } catch {
      await removeVolumes(on: destination)
      throw error
    }
  }

  private func start(_ source: LibvirtHost, _ destination: LibvirtHost, _ definitions: Definitions) throws(HypervisorError) {
    let encryption = options.policy.encryption
    let request = MigrationRequest(
      options, isPersistent: effects.source?.sighting.isPersistent ?? true, encrypted: encryption != .off,
      destination: MigrationRequest.Side(
        migrationAddress: effects.driver.declared[destination.name]?.migrationAddress, connectionHost: destination.uri.host),
      destinationXML: definitions.live, persistentXML: definitions.persistent)
    let migration = MigrationJob(
      job: effects.job, source: source, destination: destination, uuid: effects.step.uuid, request: request,
      mayGoUnencrypted: encryption == .preferred, variablesPath: definitions.description?.nvramPath)
    guard migration.start() else { throw HypervisorError(.retryLater, "too many threads are under way") }
  }

  // MARK: definitions

  private struct Definitions: Sendable {
    var description: DomainDescription?
    /// Nil: as it is at the source.
    var live: String?
    var persistent: String?
  }

  /// The definitions the destination gets, with what only the source has replaced: paths of copies, addresses of screens.
  private func definitions(_ source: LibvirtHost) async throws(HypervisorError) -> Definitions {
    let uuid = effects.step.uuid
    let rewrite = DestinationRewrite(
      effects.targets, of: effects.source?.description, pools: effects.destinationPools, graphics: addresses)
    let result = await source.call(effects.deadline) { connection throws(LibvirtError) in
      guard let domain = try connection.domain(uuid: uuid.rawValue) else { throw .refused("it is not on \(source.name)") }
      let live = try domain.xml(VIR_DOMAIN_XML_SECURE, VIR_DOMAIN_XML_MIGRATABLE)
      let description = try parsed { try DomainDescription(xml: live) }
      guard !rewrite.isEmpty else { return Definitions(description: description) }
      let persistent =
        try domain.isPersistent() ? domain.xml(VIR_DOMAIN_XML_SECURE, VIR_DOMAIN_XML_INACTIVE, VIR_DOMAIN_XML_MIGRATABLE) : nil
      return Definitions(
        description: description, live: try parsed { try rewrite.applied(to: live) },
        persistent: try persistent.map { text throws(LibvirtError) in try parsed { try rewrite.applied(to: text) } })
    }
    switch result {
    case .success(let definitions): return definitions
    case .failure(let error):
      var failure = error.asHypervisorError(beforeEffect: true)
      failure.blame = .source
      throw failure
    }
  }

  /// Only addresses the guest's screens listen on.
  private var addresses: [String: String] {
    let listens = Set(effects.source?.description?.graphics.flatMap(\.listenAddresses) ?? [])
    return effects.addresses.counterparts.filter { listens.contains($0.key) && $0.key != $0.value }
  }

  // MARK: storage

  /// Proves, right before a disk is handed over, that what is to be shared is one storage on both hosts, with a token, and in it one file, by
  /// its marks: the one that the guest has open.
  private func proveShared(_ definitions: Definitions) async throws(HypervisorError) {
    let copied = Set(effects.targets.map(\.target))
    let pools = effects.source?.pools ?? []
    let staying = (definitions.description?.disks ?? []).filter { $0.hasSource && $0.network == nil && !copied.contains($0.target) }
    let opened = effects.source?.opened ?? OpenedFiles()
    let others =
      staying.filter(\.readOnly).compactMap { disk in
        VolumeReference(disk).map { OpenedFiles.Image(what: "\(disk.device) \(disk.target)", reference: $0) }
      } + opened.images(folding: copied)
    let folders = Set(
      (staying.compactMap(VolumeReference.init) + others.map(\.reference)).compactMap { reference in
        switch reference {
        // A pool without a folder is a server's, and says itself which one.
        case .volume(_, let pool): pools.first { $0.name == pool }?.targetPath
        case .path(let path): StorageView.folder(of: path)
        }
      } + opened.folders)
    for folder in folders.sorted() {
      let proof = await TokenProof.compare(
        folder: folder, try effects.host(effects.step.source), try effects.host(effects.step.destination), effects.deadline)
      switch proof {
      case .same, .notApplicable: break
      case .different:
        throw HypervisorError(
          .refusedNothingHappened,
          "\(folder) is not the same storage on \(effects.step.source) and \(effects.step.destination): a token made there was not seen")
      case .unknown(let text):
        throw HypervisorError(.refusedNothingHappened, "it could not be proved that both hosts share \(folder): \(text)")
      }
    }
    let (source, destination) = (try effects.host(effects.step.source), try effects.host(effects.step.destination))
    let files = SharedFiles(source: source, destination: destination, uuid: effects.step.uuid, deadline: effects.deadline)
    var objection = await files.objection(to: staying.filter { !$0.readOnly }).map { Objection($0) }
    if objection == nil { objection = await SharedDisks(source: source, destination: destination).objection(to: others) }
    if objection == nil { objection = await SameContent(source: source, destination: destination).objection(to: opened.files) }
    if objection == nil, let path = definitions.description?.nvramPath {
      objection = await FirmwareVariables(path: path, uuid: effects.step.uuid, source: source, destination: destination)
        .objectionToArrival()
    }
    if let objection { throw HypervisorError(.refusedNothingHappened, objection.text, blame: objection.blame) }
  }

  /// All volumes of copied disks, with the size the guest sees; none of them may be there before.
  private func makeVolumes(on destination: LibvirtHost) async throws(HypervisorError) {
    let plan = effects.targets.compactMap { target in
      effects.source?.sizes[target.target].map { (target, $0.capacityBytes, format(of: target.target)) }
    }
    guard !plan.isEmpty else { return }
    let result = await destination.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) in
      var made: [(volume: String, pool: PoolHandle)] = []
      do throws(LibvirtError) {
        for (target, bytes, format) in plan {
          let pool = try connection.pool(target.pool)
          _ = try OwnCopy.make(target.volume, capacityBytes: bytes, format: format, in: pool)
          made.append((target.volume, pool))
        }
      } catch {
        for copy in made { try? OwnCopy.discard(copy.volume, in: copy.pool) }
        throw error
      }
    }
    if case .failure(let error) = result { throw error.asHypervisorError(beforeEffect: !error.connectionLost) }
  }

  private func removeVolumes(on destination: LibvirtHost) async {
    let targets = effects.targets
    _ = await destination.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) in
      for target in targets { try OwnCopy.discard(target.volume, in: try connection.pool(target.pool)) }
    }
  }

  private func format(of target: String) -> String {
    effects.source?.description?.disks.first { $0.target == target }?.format ?? "raw"
  }

  // MARK: resuming

  /// Takes a broken post-copy up again, with the flags it was begun with.
  static func resume(_ effects: StepEffects) async throws(HypervisorError) {
    let (source, destination) = (try effects.host(effects.step.source), try effects.host(effects.step.destination))
    var policy = MigrationPolicy()
    policy.postCopy = true
    let request = MigrationRequest(
      MigrateOptions(mode: .live, disks: [], policy: policy), isPersistent: effects.source?.sighting.isPersistent ?? true, encrypted: false,
      destination: MigrationRequest.Side(
        migrationAddress: effects.driver.declared[destination.name]?.migrationAddress, connectionHost: destination.uri.host),
      destinationXML: nil, persistentXML: nil)
    let migration = MigrationJob(
      job: effects.job, source: source, destination: destination, uuid: effects.step.uuid, request: request.resuming,
      mayGoUnencrypted: false)
    guard migration.start() else { throw HypervisorError(.retryLater, "too many threads are under way") }
  }
}
