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
      persistent: domain.isPersistent, memoryMaxBytes: domain.memoryBytes, hotplugMemoryBytes: domain.hotplugMemoryBytes,
      overheadBytes: domain.overheadBytes, vcpus: domain.vcpus, cpuModel: domain.cpuClass(on: capabilities), networks: networks,
      disks: disks, needs: needs.isEmpty ? nil : needs, blockers: blockers.sorted(),
      unreadable: description.unreadable ?? domain.nextBoot?.unreadable.map { "of its next start: \($0)" },
      busy: domain.state.isPausedForMigration || (description.mark.map(isKeptOff) ?? false), mark: description.mark)
  }

  private var networks: [String] {
    var found: Set<String> = []
    for interface in domain.description.interfaces + (domain.nextBoot?.interfaces ?? []) {
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
      let missing = disk.hasSource && disk.network == nil && size == nil ? domain.missingImages[disk.target] ?? "its size is not told" : nil
      return DiskObservation(
        target: disk.target, kind: kind(of: disk), readOnly: disk.readOnly || disk.device == .cdrom, storage: place?.storage,
        volume: place?.volume, virtualBytes: size?.capacityBytes ?? 0, allocatedBytes: size.map(Self.coarseAllocation) ?? 0,
        missing: missing)
    }.sorted { $0.target < $1.target }
  }

  // MARK: what else it opens

  var needs: [HostNeed] {
    var found = domain.description.disks.flatMap { backing(of: $0, domain.chains[$0.target], atNextStart: false) }
    found += ownNeeds(of: domain.description, atNextStart: false)
    if let next = domain.nextBoot {
      for disk in PendingDisks.of(domain.description, nextBoot: next) {
        let image = VolumeReference(disk)?.text ?? disk.network?.text ?? "?"
        found.append(HostNeed("\(disk.device) \(disk.target) (\(image))", storage: storage.place(of: disk)?.storage, atNextStart: true))
        found += backing(of: disk, domain.nextBootChains[disk.target], atNextStart: true)
      }
      let known = Set(found.map(\.text))
      found += ownNeeds(of: next, atNextStart: true).filter { !known.contains($0.text) }
    }
    return found
  }

  /// The images that a disk builds on, as the definition or the images themselves tell.
  private func backing(of disk: DiskDescription, _ chain: ImageChain?, atNextStart: Bool) -> [HostNeed] {
    let images = chain.map { $0.images.map(BackingImage.path) } ?? disk.backingImages
    var found = images.map { image in
      HostNeed(
        "backing image \(image.text) of disk \(disk.target)", storage: storage.storage(of: image), backs: disk.target,
        atNextStart: atNextStart)
    }
    if let unread = chain?.unread {
      found.append(
        HostNeed(
          "what disk \(disk.target) builds on, which cannot be read (\(HostBinding.quoted(unread)))", backs: disk.target,
          atNextStart: atNextStart))
    }
    return found
  }

  private func ownNeeds(of description: DomainDescription, atNextStart: Bool) -> [HostNeed] {
    var found = description.hostBindings.map { HostNeed($0, atNextStart: atNextStart) }
    for file in description.hostFiles where file.holdsGuestsBytes {
      // Two processes of QEMU must not map it at once, not even the same file.
      let place = domain.state.isActive ? nil : storage.storage(of: .path(file.path))
      found.append(HostNeed("\(file.role) \(file.path)", storage: place, atNextStart: atNextStart))
    }
    for folder in description.filesystems {
      guard let source = folder.source else { continue }
      found.append(
        HostNeed(
          "folder \(source) (filesystem \(folder.target ?? "?"))", storage: storage.storage(ofFolder: source), atNextStart: atNextStart))
    }
    return found
  }

  /// Rounded up to a sixteenth of the disk, so that a guest that writes does not look like a changed fleet at every pass.
  static func coarseAllocation(_ size: DomainHandle.BlockInfo) -> Int {
    let grain = max(1 << 20, size.capacityBytes / 16)
    return (max(0, size.allocatedBytes) + grain - 1) / grain * grain
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
    var found = domain.description.blockers.union(domain.nextBoot?.blockers ?? [])
    if domain.hasSnapshots { found.insert(.snapshot) }
    if domain.hasManagedSave { found.insert(.managedSave) }
    if !domain.isPersistent { found.insert(.transient) }
    if domain.state.isPausedOnIOError { found.insert(.ioError) }
    return found
  }
}

extension HostSurvey.Domain {
  /// What it may use now, or after its next start.
  var memoryBytes: Int { max(description.memoryBytes, nextBoot?.memoryBytes ?? 0) }
  var overheadBytes: Int { max(description.overheadBytes, nextBoot?.overheadBytes ?? 0) }
  var vcpus: Int { max(description.vcpus, nextBoot?.vcpus ?? 0) }
  var hotplugMemoryBytes: Int? {
    let most = max(description.hotplugMemoryBytes ?? 0, nextBoot?.hotplugMemoryBytes ?? 0)
    return most > memoryBytes ? most : nil
  }
}
