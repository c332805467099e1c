package import Fleet

/// The truth of one copy of a guest: what one host has of one uuid.
package struct SimulatedInstance: Sendable, Equatable, Encodable {
  /// In JSON under `power`, of which a snapshot knows the first four.
  package enum Power: String, Sendable, Codable {
    case running, paused, off, crashed
    /// The receiving half of a migration.
    case incoming
    case postCopySource, postCopyTarget, postCopyTargetFailed

    /// All but guests that are off hold their memory.
    package var holdsMemory: Bool { self != .off && self != .crashed }
    /// The guest's processors run in this copy.
    package var executes: Bool { self == .running || self == .postCopyTarget }
  }
  /// Time a guest takes to shut down if the world does not say.
  package static let shutdownMillisecondsDefault = 3000

  package var uuid: InstanceUUID
  package var name: InstanceName
  package var host: HostName
  package var power: Power
  package var offReason: Presence.OffReason
  package var pauseReason: Presence.PauseReason
  package var persistent: Bool
  package var disabled: Bool
  /// Starts with its host, unless disabled.
  package var autostart: Bool
  package var memoryMaxBytes: Int
  package var overheadBytes: Int
  package var vcpus: Int
  package var cpuModel: String?
  package var networks: [String]
  package var disks: [DiskObservation]
  package var blockers: [BlockerCode]
  /// Someone else's job runs on it.
  package var busy: Bool
  package var mark: WriterMark?
  package var dirtyBytesPerSecond: Int
  package var workingSetBytes: Int
  package var bootCount: Int
  package var ignoresAcpi: Bool
  package var shutdownMilliseconds: Int
  /// The intent of ours that shut it down; nil: it runs, or was off before.
  package var stoppedBy: IntentID?
  /// The intent of ours whose migration it was paused for; nil: it runs, or its user paused it.
  package var suspendedBy: IntentID?
  /// What our mark remembers of `autostart`, which it took off; nil: no mark of ours did.
  package var heldAutostart: Bool?
  /// What others did with this copy; nil: nothing.
  package var others: DeedsOfOthers?
  /// What its host was charged just before `stoppedBy`; coming back may reach that again.
  package var chargeWhenStopped: Int?

  package init(
    uuid: InstanceUUID, name: InstanceName, host: HostName, power: Power = .running, autostart: Bool = false, memoryMaxBytes: Int,
    overheadBytes: Int = 0, vcpus: Int = 1, cpuModel: String? = nil, networks: [String] = [], disks: [DiskObservation] = [],
    blockers: [BlockerCode] = [], dirtyBytesPerSecond: Int = 0, workingSetBytes: Int? = nil, ignoresAcpi: Bool = false
  ) {
    self.uuid = uuid
    self.name = name
    self.host = host
    self.power = power
    self.autostart = autostart
    self.memoryMaxBytes = memoryMaxBytes
    self.overheadBytes = overheadBytes
    self.vcpus = vcpus
    self.cpuModel = cpuModel
    self.networks = networks
    self.disks = disks
    self.blockers = blockers
    self.dirtyBytesPerSecond = dirtyBytesPerSecond
    self.workingSetBytes = workingSetBytes ?? memoryMaxBytes
    self.ignoresAcpi = ignoresAcpi
    offReason = power == .crashed ? .crashed : .shutDown
    pauseReason = .user
    persistent = true
    disabled = false
    busy = false
    bootCount = 1
    shutdownMilliseconds = SimulatedInstance.shutdownMillisecondsDefault
  }

  /// Boots that were ours, or came before all this.
  package var bootsButOthers: Int { bootCount - (others?.boots ?? 0) }

  /// Runs, or rests as its user wants it.
  var isSound: Bool { power == .running || power == .off || (power == .paused && pauseReason == .user) }

  /// A copy that we make is not others' doing.
  mutating func forgetOthersRivalry() { others = others.map { DeedsOfOthers(boots: $0.boots) } }

  /// Kept in the guest's memory, so that it changes with every boot and with nothing else.
  package var nonce: String { "\(uuid)/\(bootCount)" }

  package var presence: Presence {
    switch power {
    case .running: .running
    case .paused: .paused(pauseReason)
    case .off: .off(defined: persistent, disabled: disabled, reason: offReason)
    case .crashed: .off(defined: persistent, disabled: disabled, reason: .crashed)
    case .incoming: .incoming
    case .postCopySource: .postCopySource
    case .postCopyTarget: .postCopyTarget(failed: false)
    case .postCopyTargetFailed: .postCopyTarget(failed: true)
    }
  }
}
