import Fleet

/// What a domain's XML says, live or inactive, as far as moving it needs to know.
struct DomainDescription: Sendable, Equatable {
  /// `kvm`, `qemu`, …
  var virType: String
  var name: String
  /// Lower case, with dashes.
  var uuid: String
  /// The most it may use as it is: `<memory>`, the DIMMs that are plugged in among it.
  var memoryBytes: Int
  /// `<maxMemory>`, up to which DIMMs may be added one day; nil: none may.
  var hotplugMemoryBytes: Int?
  /// The most it may have.
  var vcpus: Int
  var architecture: String
  /// Empty: the definition names none, as of libvirt's test driver.
  var machine: String
  var emulator: String?
  var cpu: CPUDescription?
  var loaderPath: String?
  var loaderIsPflash: Bool
  /// File or block device that holds its UEFI variables.
  var nvramPath: String?
  var hostFiles: [HostFile]
  /// What no other host can be proved to have, each ending a sentence that begins with *it opens*.
  var hostBindings: [String]
  /// In the order of the definition; their targets differ.
  var disks: [DiskDescription]
  var interfaces: [InterfaceDescription]
  var hostDevices: [HostDeviceDescription]
  /// Devices whose memory another process of the host shares, each in a few words.
  var sharedMemoryDevices: [String]
  var tpm: TPMDescription?
  var graphics: [GraphicsDescription]
  var filesystems: [FilesystemDescription]
  var hugepages: Bool
  /// Page sizes it asks for, in bytes, sorted; empty: the host's default size.
  var hugepageSizes: [Int]
  /// Processors or memory are bound to nodes or processors of the host.
  var numaPinned: Bool
  /// Each virtual processor has its own set of the host's.
  var vcpusPinned: Bool
  /// Another writer's mark, or ours.
  var mark: WriterMark?
  /// We disabled it: nothing but us is to start it.
  var disabledMark: Bool
  /// It is to start with its host once its move is over, as its mark says.
  var autostartWanted: Bool
  /// A mark is there but cannot be understood.
  var metadataDamaged: Bool
  /// Why the definition could not be read; all but uuid, name and memory is empty then. Nil: it was.
  var unreadable: String?
}

extension DomainDescription {
  /// What is left of a definition that cannot be read. `memoryBytes`: what its host says, or more than any host has: a guest of unknown size.
  static func unreadable(uuid: String, name: String, memoryBytes: Int, why: String) -> DomainDescription {
    let xml =
      "<domain type='unknown'><name>x</name><uuid>\(uuid)</uuid><memory unit='b'>\(min(memoryBytes, memoryBytesMax))</memory></domain>"
    guard var description = try? DomainDescription(xml: xml) else { preconditionFailure("libvirt's own uuid makes a definition") }
    description.name = name
    description.unreadable = why
    return description
  }

  /// libvirt secrets its host must have, by uuid or by usage.
  var secrets: [String] { Set(disks.flatMap(\.secrets) + [tpm?.secret].compactMap { $0 }).sorted() }

  /// What the definition alone says stands in the way of some mode.
  var blockers: Set<BlockerCode> {
    var found: Set<BlockerCode> = []
    if hostDevices.contains(where: \.blocksMigration) { found.insert(.hostDevice) }
    if !sharedMemoryDevices.isEmpty { found.insert(.sharedMemory) }
    if disks.contains(where: \.hasMirror) { found.insert(.blockJob) }
    return found
  }
}
