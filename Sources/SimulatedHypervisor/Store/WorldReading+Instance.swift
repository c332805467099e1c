import Fleet

extension SimulatedInstance {
  /// What an instance cannot do without.
  private struct Needed {
    var uuid: String?
    var name: String?
    var host: String?
    var memory: Int?
    var workingSet: Int?
    var offReason: Presence.OffReason?
  }

  init(reading json: inout JSONScanner) throws(ScanError) {
    var guest = SimulatedInstance(uuid: "", name: "", host: "", memoryMaxBytes: 1)
    var needed = Needed()
    try json.object { json, key throws(ScanError) in
      if try json.null() { return }
      switch key {
      case "uuid": needed.uuid = try json.string()
      case "name": needed.name = try json.string()
      case "host": needed.host = try json.string()
      case "power": guest.power = try json.choice(Power.self)
      case "memoryMaxBytes": needed.memory = try json.integer(1...WorldLimits.memoryBytes.upperBound)
      case "overheadBytes": guest.overheadBytes = try json.integer(WorldLimits.memoryBytes)
      case "vcpus": guest.vcpus = try json.integer(1...WorldLimits.processors.upperBound)
      case "cpuModel": guest.cpuModel = try json.string()
      case "networks": guest.networks = try json.array { json throws(ScanError) in try json.string() }
      case "disks": guest.disks = try json.array { json throws(ScanError) in try DiskObservation(reading: &json) }
      case "blockers": guest.blockers = try json.array { json throws(ScanError) in try json.choice(BlockerCode.self) }
      case "dirtyBytesPerSecond": guest.dirtyBytesPerSecond = try json.integer(WorldLimits.memoryBytes)
      case "workingSetBytes": needed.workingSet = try json.integer(WorldLimits.memoryBytes)
      case "offReason": needed.offReason = try json.choice(Presence.OffReason.self)
      default: try guest.readState(key, &json)
      }
    }
    try guest.complete(needed)
    self = guest
  }

  /// The keys that a snapshot does not have.
  private mutating func readState(_ key: String, _ json: inout JSONScanner) throws(ScanError) {
    switch key {
    case "pauseReason": pauseReason = try json.choice(Presence.PauseReason.self)
    case "persistent": persistent = try json.flag()
    case "disabled": disabled = try json.flag()
    case "autostart": autostart = try json.flag()
    case "busy": busy = try json.flag()
    case "mark": mark = try json.decode(WriterMark.self)
    case "bootCount": bootCount = try json.integer(WorldLimits.count)
    case "ignoresAcpi": ignoresAcpi = try json.flag()
    case "shutdownMilliseconds": shutdownMilliseconds = try json.integer(WorldLimits.milliseconds)
    case "stoppedBy": stoppedBy = IntentID(try json.string())
    case "suspendedBy": suspendedBy = IntentID(try json.string())
    case "heldAutostart": heldAutostart = try json.flag()
    case "others": others = try json.decode(DeedsOfOthers.self)
    case "chargeWhenStopped": chargeWhenStopped = try json.integer(0...Int.max)
    default: try json.skip()
    }
  }

  private mutating func complete(_ needed: Needed) throws(ScanError) {
    guard let uuid = needed.uuid else { throw ScanError(place: "uuid", text: "is missing") }
    guard let name = needed.name else { throw ScanError(place: "name", text: "is missing") }
    guard let host = needed.host else { throw ScanError(place: "host", text: "is missing") }
    guard let memory = needed.memory else { throw ScanError(place: "memoryMaxBytes", text: "is missing") }
    self.uuid = InstanceUUID(uuid)
    self.name = InstanceName(name)
    self.host = HostName(host)
    memoryMaxBytes = memory
    workingSetBytes = needed.workingSet ?? memory
    offReason = needed.offReason ?? (power == .crashed ? .crashed : .shutDown)
  }
}
