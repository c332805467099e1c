import CLibvirt
import Fleet

/// What both hosts of a step show that bears on it; read before it, and again when it begins.
struct SourceFacts: Sendable {
  var sighting: DomainSighting
  /// What runs, or if it is off its definition; nil: it is not there.
  var description: DomainDescription?
  var mark: WriterMark?
  var hasSnapshots = false
  var hasManagedSave = false
  /// Disks on which a block job runs.
  var blockJobs: [String] = []
  var sizes: [String: DomainHandle.BlockInfo] = [:]
  var hypervisorVersion = 0
  var pools: [PoolDescription] = []
  /// Disks that another domain of the host has as well: target → that domain.
  var usedByOthers: [String: String] = [:]
  /// All it opens beside the topmost images of its disks, by both of its definitions.
  var opened = OpenedFiles()
  /// What it may use now and after its next start.
  var memoryBytes = 0
  var vcpus = 0

  /// `details`: more than what is where; they ask the guest's own process, which in a broken post-copy does not answer.
  static func read(_ uuid: InstanceUUID, details: Bool, _ connection: ConnectionHandle) throws(LibvirtError) -> SourceFacts {
    guard let domain = try connection.domain(uuid: uuid.rawValue) else { return SourceFacts(sighting: .absent) }
    var facts = SourceFacts(sighting: try DomainSighting(domain))
    guard let state = facts.sighting.state else { return facts }
    guard details else {
      facts.mark = try WriterMarks.read(domain, running: state.isActive)?.mark
      return facts
    }
    let xml = try domain.xml()
    let description = try parsed { try DomainDescription(xml: xml) }
    facts.description = description
    facts.mark = description.mark
    facts.hasSnapshots = try domain.snapshotCount() > 0
    facts.hasManagedSave = try domain.hasManagedSave()
    facts.hypervisorVersion = try connection.hypervisorVersion()
    facts.pools = try connection.activePoolDescriptions()
    for disk in description.disks where disk.hasSource {
      if state.isActive, try domain.hasBlockJob(disk.target) { facts.blockJobs.append(disk.target) }
      facts.sizes[disk.target] = try? domain.blockInfo(disk.target)
    }
    try facts.readOtherUsers(of: description, connection)
    try facts.readOpened(domain, description, state, connection)
    return facts
  }

  private mutating func readOpened(
    _ domain: DomainHandle, _ description: DomainDescription, _ state: DomainState, _ connection: ConnectionHandle
  ) throws(LibvirtError) {
    let images = PooledImages(connection)
    var seen = HostSurvey.Domain(
      description: description, state: state, isPersistent: try domain.isPersistent(), hasManagedSave: hasManagedSave,
      hasSnapshots: hasSnapshots, sizes: sizes)
    if state.isActive, seen.isPersistent {
      let xml = try domain.xml(VIR_DOMAIN_XML_INACTIVE)
      seen.nextBoot = try parsed { try DomainDescription(xml: xml) }
    }
    for disk in description.disks where ImageChain.mayBuild(disk) && (!state.isActive || !disk.tellsBackingImages) {
      seen.chains[disk.target] = images.chain(of: disk)
    }
    for disk in PendingDisks.of(description, nextBoot: seen.nextBoot) where ImageChain.mayBuild(disk) {
      seen.nextBootChains[disk.target] = images.chain(of: disk)
    }
    opened = OpenedFiles(seen, pools)
    (memoryBytes, vcpus) = (seen.memoryBytes + seen.overheadBytes, seen.vcpus)
  }

  private mutating func readOtherUsers(of guest: DomainDescription, _ connection: ConnectionHandle) throws(LibvirtError) {
    let mine = guest.disks.compactMap { disk in VolumeReference(disk).map { (disk.target, $0) } }
    guard !mine.isEmpty else { return }
    for other in try connection.domains() where other.uuid != guest.uuid {
      guard let xml = try? other.xml(), let description = try? DomainDescription(xml: xml) else { continue }
      for reference in description.disks.compactMap(VolumeReference.init) {
        for (target, own) in mine where own == reference { usedByOthers[target] = description.name }
      }
    }
  }
}

/// The destination's side, for a guest as its source describes it.
struct DestinationFacts: Sendable {
  var sighting: DomainSighting
  var mark: WriterMark?
  /// The uuid of another domain that has the guest's name.
  var nameHolder: String?
  var networks: Set<String> = []
  /// Nil: the host cannot list them.
  var interfaces: Set<String>?
  var hypervisorVersion = 0
  /// Nil: not asked, or the host cannot say.
  var offersMachine: Bool?
  var offersCPU: Bool?
  var pools: [HostSurvey.Pool] = []
  var memoryBytes = 0
  var cpus = 0
  /// Maximum memory of the domains that are active, each with its overhead.
  var chargedMemoryBytes = 0
  var chargedVcpus = 0
  /// Names of volumes that a copy would take and that are there: pool/volume.
  var takenVolumes: Set<String> = []

  /// `targets`: where copies of disks would go; `details`: more than what is where.
  static func read(
    _ uuid: InstanceUUID, details: Bool, _ guest: DomainDescription?, _ targets: [CopyTarget], _ host: LibvirtHost,
    _ connection: ConnectionHandle
  ) throws(LibvirtError) -> DestinationFacts {
    var facts = DestinationFacts(sighting: .absent)
    if let domain = try connection.domain(uuid: uuid.rawValue) {
      facts.sighting = try DomainSighting(domain)
      facts.mark = try WriterMarks.read(domain, running: facts.sighting.state?.isActive ?? false)?.mark
    }
    guard details else { return facts }
    facts.hypervisorVersion = try connection.hypervisorVersion()
    let node = try connection.nodeInfo()
    (facts.memoryBytes, facts.cpus) = (node.memoryBytes, node.cpus)
    for (pool, description) in try connection.describedPools() {
      facts.pools.append(HostSurvey.Pool(description: description, freeBytes: description.availableBytes))
      for target in targets where target.pool == description.name {
        if try pool.volume(target.volume) != nil { facts.takenVolumes.insert("\(target.pool)/\(target.volume)") }
      }
    }
    if let guest { try facts.read(of: guest, connection) }
    try facts.readCharges(host, connection)
    return facts
  }

  private mutating func read(of guest: DomainDescription, _ connection: ConnectionHandle) throws(LibvirtError) {
    if let other = try connection.domain(name: guest.name), other.uuid != guest.uuid { nameHolder = other.uuid }
    networks = Set((try? connection.activeNetworks()) ?? [])
    interfaces = (try? connection.interfaces()).map(Set.init)
    offersMachine = try connection.knows(MachineClass(guest))
    if guest.virType == "kvm", let cpu = guest.cpu, !HostSurvey.Domain.isPassedThrough(cpu) {
      offersCPU = try connection.offersCPU(
        cpu.xml, emulator: guest.emulator, architecture: guest.architecture, machine: guest.machine, type: guest.virType)
    }
  }

  private mutating func readCharges(_ host: LibvirtHost, _ connection: ConnectionHandle) throws(LibvirtError) {
    for domain in try DomainSurvey(connection, host.cache).activeDescriptions() {
      chargedMemoryBytes += domain.memoryBytes + domain.overheadBytes
      chargedVcpus += domain.vcpus
    }
  }
}

extension Step {
  /// Whether its checks need more than what is where.
  var needsDetails: Bool {
    switch action {
    case .migrate, .copyDisk, .define, .start: true
    default: false
    }
  }
}

/// The volume that a copy of a disk becomes at the destination.
struct CopyTarget: Sendable, Equatable {
  var target: String
  var pool: String
  /// The name it has at the source, so that a disk keeps its name wherever it goes.
  var volume: String
}
