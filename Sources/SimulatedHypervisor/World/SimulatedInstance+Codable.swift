import Fleet

extension SimulatedInstance {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let memory = try container.decode(Int.self, forKey: .memoryMaxBytes)
    self.init(
      uuid: try container.decode(InstanceUUID.self, forKey: .uuid), name: try container.decode(InstanceName.self, forKey: .name),
      host: try container.decode(HostName.self, forKey: .host),
      power: try container.decodeIfPresent(Power.self, forKey: .power) ?? .running, memoryMaxBytes: memory,
      disks: try container.decodeIfPresent([ShortDisk].self, forKey: .disks)?.map(\.disk) ?? [])
    autostart = try container.decodeIfPresent(Bool.self, forKey: .autostart) ?? autostart
    overheadBytes = try container.decodeIfPresent(Int.self, forKey: .overheadBytes) ?? overheadBytes
    vcpus = try container.decodeIfPresent(Int.self, forKey: .vcpus) ?? vcpus
    cpuModel = try container.decodeIfPresent(String.self, forKey: .cpuModel)
    networks = try container.decodeIfPresent([String].self, forKey: .networks) ?? networks
    blockers = try container.decodeIfPresent([BlockerCode].self, forKey: .blockers) ?? blockers
    dirtyBytesPerSecond = try container.decodeIfPresent(Int.self, forKey: .dirtyBytesPerSecond) ?? dirtyBytesPerSecond
    workingSetBytes = try container.decodeIfPresent(Int.self, forKey: .workingSetBytes) ?? workingSetBytes
    ignoresAcpi = try container.decodeIfPresent(Bool.self, forKey: .ignoresAcpi) ?? ignoresAcpi
    offReason = try container.decodeIfPresent(Presence.OffReason.self, forKey: .offReason) ?? offReason
    pauseReason = try container.decodeIfPresent(Presence.PauseReason.self, forKey: .pauseReason) ?? pauseReason
    persistent = try container.decodeIfPresent(Bool.self, forKey: .persistent) ?? persistent
    disabled = try container.decodeIfPresent(Bool.self, forKey: .disabled) ?? disabled
    busy = try container.decodeIfPresent(Bool.self, forKey: .busy) ?? busy
    mark = try container.decodeIfPresent(WriterMark.self, forKey: .mark)
    bootCount = try container.decodeIfPresent(Int.self, forKey: .bootCount) ?? bootCount
    shutdownMilliseconds = try container.decodeIfPresent(Int.self, forKey: .shutdownMilliseconds) ?? shutdownMilliseconds
    stoppedBy = try container.decodeIfPresent(IntentID.self, forKey: .stoppedBy)
    chargeWhenStopped = try container.decodeIfPresent(Int.self, forKey: .chargeWhenStopped)
    guard memory > 0, vcpus > 0, overheadBytes >= 0, dirtyBytesPerSecond >= 0, workingSetBytes >= 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .memoryMaxBytes, in: container,
        debugDescription: "memoryMaxBytes and vcpus must be above 0; overheadBytes, dirtyBytesPerSecond and workingSetBytes not below 0")
    }
  }
}

/// A disk as a hand-written world says it: only the target and the sizes are needed.
private struct ShortDisk: Decodable {
  let disk: DiskObservation

  private enum CodingKeys: String, CodingKey { case target, kind, readOnly, storage, virtualBytes, allocatedBytes }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decodeIfPresent(DiskObservation.Kind.self, forKey: .kind) ?? .disk
    let virtual = try container.decodeIfPresent(Int.self, forKey: .virtualBytes) ?? 0
    disk = DiskObservation(
      target: try container.decode(String.self, forKey: .target), kind: kind,
      readOnly: try container.decodeIfPresent(Bool.self, forKey: .readOnly) ?? (kind == .cdrom || kind == .configDrive),
      storage: try container.decodeIfPresent(StorageID.self, forKey: .storage), virtualBytes: virtual,
      allocatedBytes: try container.decodeIfPresent(Int.self, forKey: .allocatedBytes) ?? virtual)
  }
}
