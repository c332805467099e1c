/// What one host showed of an instance.
package struct InstanceObservation: Sendable, Equatable, Codable {
  package enum Power: String, Sendable, Codable {
    case running, paused, off, crashed

    /// Running and paused guests are charged memory and vCPUs.
    package var isActive: Bool { self == .running || self == .paused }
  }

  package var uuid: InstanceUUID
  package var name: InstanceName
  /// Nil: a halted guest that no host holds (a halted Xen VM on shared storage).
  package var host: HostName?
  package var power: Power
  package var persistent: Bool
  /// The most it may use as it is, or after its next start.
  package var memoryMaxBytes: Int
  /// Up to which memory may be plugged into it one day; nil: no more than it has.
  package var hotplugMemoryBytes: Int?
  package var overheadBytes: Int
  package var vcpus: Int
  /// CPU model the guest needs of a host; nil: any.
  package var cpuModel: String?
  /// Networks or bridges the guest is plugged into, sorted.
  package var networks: [String]
  /// Sorted by target.
  package var disks: [DiskObservation]
  /// What else it opens on its host, in the order of its definition; nil: nothing.
  package var needs: [HostNeed]?
  /// What stands in the way of some mode, sorted.
  package var blockers: [BlockerCode]
  /// Why what is known of it cannot be relied on, so that it is not moved; nil: it can. Its sizes may be 0 then.
  package var unreadable: String?
  /// A job runs on it or somebody's mark is on it.
  package var busy: Bool
  /// The mark of the writer that works on it.
  package var mark: WriterMark?
  /// A gauge: bytes per second written by the guest; nil: not measured.
  package var dirtyBytesPerSecond: Int?
  /// A gauge: bytes the guest keeps writing to; nil: not measured.
  package var workingSetBytes: Int?

  package init(
    uuid: InstanceUUID, name: InstanceName, host: HostName?, power: Power, persistent: Bool = true, memoryMaxBytes: Int,
    hotplugMemoryBytes: Int? = nil, overheadBytes: Int = 0, vcpus: Int, cpuModel: String? = nil, networks: [String] = [],
    disks: [DiskObservation] = [], needs: [HostNeed]? = nil, blockers: [BlockerCode] = [], unreadable: String? = nil, busy: Bool = false,
    mark: WriterMark? = nil, dirtyBytesPerSecond: Int? = nil,
    workingSetBytes: Int? = nil
  ) {
    self.uuid = uuid
    self.name = name
    self.host = host
    self.power = power
    self.persistent = persistent
    self.memoryMaxBytes = memoryMaxBytes
    self.hotplugMemoryBytes = hotplugMemoryBytes
    self.overheadBytes = overheadBytes
    self.vcpus = vcpus
    self.cpuModel = cpuModel
    self.networks = networks
    self.disks = disks
    self.needs = needs
    self.blockers = blockers
    self.unreadable = unreadable
    self.busy = busy
    self.mark = mark
    self.dirtyBytesPerSecond = dirtyBytesPerSecond
    self.workingSetBytes = workingSetBytes
  }

  /// Memory charged on a host while it runs or is paused.
  package var chargedMemoryBytes: Int { memoryMaxBytes + overheadBytes }
}

/// A disk of an instance.
package struct DiskObservation: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, Codable {
    /// An image in a pool.
    case disk
    /// A network volume (RBD, iSCSI LUN) that the guest reaches itself.
    case volume
    case cdrom, floppy, configDrive
  }

  package var target: String
  package var kind: Kind
  package var readOnly: Bool
  /// The storage its source is on, by the id its host uses; nil: an empty drive.
  package var storage: StorageID?
  /// Name of its source in that storage, or its path; nil: not known, or an empty drive.
  package var volume: String?
  package var virtualBytes: Int
  package var allocatedBytes: Int
  /// Why its image, or its size, is not to be had on its host, so that it cannot be copied; nil: it is.
  package var missing: String?
  /// True: media that its hypervisor copies nowhere, so that the destination must have them too; nil: it is copied like any disk.
  package var neverCopied: Bool?

  package init(
    target: String, kind: Kind = .disk, readOnly: Bool = false, storage: StorageID?, volume: String? = nil, virtualBytes: Int,
    allocatedBytes: Int, missing: String? = nil, neverCopied: Bool? = nil
  ) {
    self.target = target
    self.kind = kind
    self.readOnly = readOnly
    self.storage = storage
    self.volume = volume
    self.virtualBytes = virtualBytes
    self.allocatedBytes = allocatedBytes
    self.missing = missing
    self.neverCopied = neverCopied
  }
}

/// Why an instance cannot move in some mode; the wire form is the code's name.
package enum BlockerCode: String, Sendable, Codable, CaseIterable, Comparable {
  /// A PCI, mdev or SCSI device of the host is passed through: neither live nor block.
  case hostDevice
  /// libvirt keeps snapshots of it: neither live nor block nor cold.
  case snapshot
  /// A block job runs: no mode until it ends.
  case blockJob
  /// Paused on an I/O error: no mode until the storage is mended.
  case ioError
  /// A managed-save image exists: offline would lose it.
  case managedSave
  /// The definition is transient: it would vanish when shut down, so neither cold nor offline.
  case transient
  /// Memory shared with another process (vhost-user, ivshmem): neither live nor block.
  case sharedMemory
  /// The hypervisor itself does not offer to move it while it runs (no guest tools, an operator's veto): neither live nor block.
  case immobile
  /// Disks on shared storage beside local ones, under a hypervisor that is only trusted to copy some of a guest's disks where the manifest names the pool of each.
  case mixedDisks

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What a writer leaves on an instance before its first effect on it (libvirt domain metadata, Xen other_config).
package struct WriterMark: Sendable, Hashable, Codable {
  package var fleet: String
  package var writer: WriterID
  /// Rises with every lease this writer takes.
  package var epoch: Int
  /// Drawn at random with the lease; two databases of one writer, of which one is a copy, differ in it. Nil: left by an older version.
  package var run: String?
  /// The machine the writer runs on and its boot, for people; nil: not known.
  package var machine: String?
  package var intent: IntentID
  package var expires: Timestamp

  package init(
    fleet: String, writer: WriterID, epoch: Int, run: String? = nil, machine: String? = nil, intent: IntentID, expires: Timestamp
  ) {
    self.fleet = fleet
    self.writer = writer
    self.epoch = epoch
    self.run = run
    self.machine = machine
    self.intent = intent
    self.expires = expires
  }
}
