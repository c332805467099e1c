import Fleet

/// One domain of one host as planning sees it.
struct InstanceView {
  private let domain: HostSurvey.Domain
  private let host: HostName
  private let storage: StorageView
  private let capabilities: CapabilitiesDescription
  private let showsInterfaces: Bool

  private let isKeptOff: (WriterMark) -> Bool

  /// `isKeptOff`: whether a mark keeps this writer's hands off.
  init(
    _ domain: HostSurvey.Domain, _ host: HostName, _ storage: StorageView, _ capabilities: CapabilitiesDescription, showsInterfaces: Bool,
    isKeptOff: @escaping (WriterMark) -> Bool
  ) {
    self.capabilities = capabilities
    self.isKeptOff = isKeptOff
    self.domain = domain
    self.host = host
    self.storage = storage
    self.showsInterfaces = showsInterfaces
  }

  func observation() -> InstanceObservation {
    let description = domain.description
    return InstanceObservation(
      uuid: InstanceUUID(description.uuid), name: InstanceName(description.name), host: host, power: domain.state.power,
      persistent: domain.isPersistent, memoryMaxBytes: description.memoryBytes, overheadBytes: description.overheadBytes,
      vcpus: description.vcpus, cpuModel: domain.cpuClass(on: capabilities), networks: networks, disks: disks, blockers: blockers.sorted(),
      busy: domain.state.isPausedForMigration || (description.mark.map(isKeptOff) ?? false), mark: description.mark)
  }

  private var networks: [String] {
    var found: Set<String> = []
    for interface in domain.description.interfaces {
      guard let source = interface.source else { continue }
      switch interface.kind {
      case .network: found.insert(source)
      case .bridge where showsInterfaces: found.insert(Self.bridge(source))
      default: break
      }
    }
    return found.sorted()
  }

  /// A host's bridge, told from a libvirt network of the same name.
  static func bridge(_ name: String) -> String { "bridge \(name)" }

  private var disks: [DiskObservation] {
    domain.description.disks.map { disk in
      let place = storage.place(of: disk)
      let size = domain.sizes[disk.target]
      return DiskObservation(
        target: disk.target, kind: kind(of: disk), readOnly: disk.readOnly || disk.device == .cdrom, storage: place?.storage,
        volume: place?.volume, virtualBytes: size?.capacityBytes ?? 0, allocatedBytes: size.map(Self.coarseAllocation) ?? 0)
    }.sorted { $0.target < $1.target }
  }

  /// Rounded up to a sixteenth of the disk, so that a guest that writes does not look like a changed fleet at every pass.
  static func coarseAllocation(_ size: DomainHandle.BlockInfo) -> Int {
    let grain = max(1 << 20, size.capacityBytes / 16)
    return (size.allocatedBytes + grain - 1) / grain * grain
  }

  private func kind(of disk: DiskDescription) -> DiskObservation.Kind {
    switch disk.device {
    case .cdrom: disk.isConfigDrive ? .configDrive : .cdrom
    case .floppy: .floppy
    case .disk, .lun:
      if disk.isConfigDrive, disk.readOnly { .configDrive } else { disk.network == nil ? .disk : .volume }
    }
  }

  private var blockers: Set<BlockerCode> {
    var found = domain.description.blockers
    if domain.hasSnapshots { found.insert(.snapshot) }
    if domain.hasManagedSave { found.insert(.managedSave) }
    if !domain.isPersistent { found.insert(.transient) }
    if domain.state.isPausedOnIOError { found.insert(.ioError) }
    return found
  }
}
