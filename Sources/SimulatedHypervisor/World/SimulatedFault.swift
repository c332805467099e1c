package import Fleet

/// Something that goes wrong in a simulated world, once or within a window of world time.
///
/// Faults of a step strike the first `times` begun steps that match `instance`, `host` (either end) and `step` within the window; faults of a
/// host hold for the window. Deeds of others are done once at `from`, or after a step; `host` says on which host.
package struct SimulatedFault: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// The effect happens but the answer is lost.
    case lostReply
    /// The transfer stops moving, until `until` or for good.
    case stall
    /// The host is cut off; its guests run on.
    case hostLoss
    /// The host goes down with its guests at `from`; guests with autostart come up with it at `until`.
    case hostCrash
    /// The destination cannot get the memory it promised.
    case destinationOutOfMemory
    case refuse
    /// The transfer breaks; the guest stays at the source, or in post-copy is split.
    case connectionCut
    /// The guest dies at the source in the middle of its transfer.
    case crash
    case retryLater
    /// The host answers only after `delayMilliseconds` (never, without).
    case slowObserve
    /// The host's daemon is silent until `until` while its guests run on; `times` of the calls begun meanwhile take effect when it wakes.
    case daemonHang
    /// The destination's daemon falls silent at the hand-over of a migration, for `delayMilliseconds`.
    case handOverHang
    /// Deeds of users and of other tools (`isDeed`).
    case userStarts, userShutsDown, userPauses, userResumes, userUndefines, userDefines
    /// Another tool defines and starts a guest that it sees off everywhere on a host without a copy of it.
    case startsElsewhere
    /// The same without a look: the guest may run.
    case startsTwice
    /// The guest is paused by an error of its storage.
    case ioError

    var needsHost: Bool { self == .hostLoss || self == .hostCrash || self == .slowObserve || self == .daemonHang }
    var strikesTransfer: Bool { self == .stall || self == .connectionCut || self == .crash || self == .handOverHang }
    /// Done by others than us: at `from` to `instance`, or `afterMilliseconds` after a step that matches was begun, to its guest.
    package var isDeed: Bool {
      switch self {
      case .userStarts, .userShutsDown, .userPauses, .userResumes, .userUndefines, .userDefines: true
      case .startsElsewhere, .startsTwice, .ioError: true
      default: false
      }
    }
  }

  /// How long a hang at the hand-over lasts if nothing is said: long enough for the source to give up.
  package static let handOverHangMilliseconds = 30_000

  package var id: String?
  package var kind: Kind
  package var instance: InstanceName?
  package var host: HostName?
  /// A step's name: `migrate`, `shutDown`, `copyDisk`, …
  package var step: String?
  package var afterBytes: Int?
  package var afterMilliseconds: Int?
  package var delayMilliseconds: Int?
  package var from: Timestamp?
  package var until: Timestamp?
  /// Steps it still strikes.
  package var times: Int
  /// Hosts: that the cut, the crash, the hang (and with `risen` the coming back) was carried out; deeds: done.
  package var struck: Bool
  package var risen: Bool

  package init(
    _ kind: Kind, instance: InstanceName? = nil, host: HostName? = nil, step: String? = nil, afterBytes: Int? = nil,
    afterMilliseconds: Int? = nil, delayMilliseconds: Int? = nil, from: Timestamp? = nil, until: Timestamp? = nil, times: Int = 1
  ) {
    precondition(!kind.needsHost || host != nil, "a fault of a host names it")
    precondition(!kind.isDeed || step != nil || (instance != nil && from != nil), "a deed names its guest and instant, or a step")
    self.kind = kind
    self.instance = instance
    self.host = host
    self.step = step
    self.afterBytes = afterBytes
    self.afterMilliseconds = afterMilliseconds
    self.delayMilliseconds = delayMilliseconds
    self.from = from
    self.until = until
    self.times = times
    struck = false
    risen = false
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(Kind.self, forKey: .kind)
    let host = try container.decodeIfPresent(HostName.self, forKey: .host)
    guard host != nil || !kind.needsHost else {
      throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "a \(kind.rawValue) fault needs a host")
    }
    let instance = try container.decodeIfPresent(InstanceName.self, forKey: .instance)
    let step = try container.decodeIfPresent(String.self, forKey: .step)
    let from = try container.decodeIfPresent(Timestamp.self, forKey: .from)
    guard !kind.isDeed || step != nil || (instance != nil && from != nil) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "\(kind.rawValue) needs an instance and from, or a step")
    }
    self.init(
      kind, instance: instance, host: host, step: step,
      afterBytes: try container.decodeIfPresent(Int.self, forKey: .afterBytes),
      afterMilliseconds: try container.decodeIfPresent(Int.self, forKey: .afterMilliseconds),
      delayMilliseconds: try container.decodeIfPresent(Int.self, forKey: .delayMilliseconds),
      from: from,
      until: try container.decodeIfPresent(Timestamp.self, forKey: .until),
      times: try container.decodeIfPresent(Int.self, forKey: .times) ?? 1)
    id = try container.decodeIfPresent(String.self, forKey: .id)
    struck = try container.decodeIfPresent(Bool.self, forKey: .struck) ?? false
    risen = try container.decodeIfPresent(Bool.self, forKey: .risen) ?? false
  }

  /// True within the window; without `from` it is open from the beginning, without `until` for good.
  func isOpen(at time: Timestamp) -> Bool {
    if let from, time < from { return false }
    if let until, time >= until { return false }
    return true
  }

  func strikes(_ step: Step, at time: Timestamp) -> Bool {
    guard !kind.needsHost, times > 0, isOpen(at: time), !kind.isDeed || self.step != nil else { return false }
    if let instance, instance != step.instance { return false }
    if let host, !kind.isDeed, host != step.source, host != step.destination { return false }
    if let name = self.step, name != step.name { return false }
    return true
  }
}
