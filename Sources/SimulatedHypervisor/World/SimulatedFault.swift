package import Fleet

/// Something that goes wrong in a simulated world, once or within a window of world time.
///
/// Faults of a step strike the first `times` begun steps that match `instance`, `host` (either end) and `step` within the window; faults of a
/// host hold for the window.
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

    var needsHost: Bool { self == .hostLoss || self == .hostCrash || self == .slowObserve }
    var strikesTransfer: Bool { self == .stall || self == .connectionCut || self == .crash }
  }

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
  /// Hosts: that the cut, the crash (and with `risen` the coming back) was carried out.
  package var struck: Bool
  package var risen: Bool

  package init(
    _ kind: Kind, instance: InstanceName? = nil, host: HostName? = nil, step: String? = nil, afterBytes: Int? = nil,
    afterMilliseconds: Int? = nil, delayMilliseconds: Int? = nil, from: Timestamp? = nil, until: Timestamp? = nil, times: Int = 1
  ) {
    precondition(!kind.needsHost || host != nil, "a fault of a host names it")
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
    self.init(
      kind, instance: try container.decodeIfPresent(InstanceName.self, forKey: .instance), host: host,
      step: try container.decodeIfPresent(String.self, forKey: .step),
      afterBytes: try container.decodeIfPresent(Int.self, forKey: .afterBytes),
      afterMilliseconds: try container.decodeIfPresent(Int.self, forKey: .afterMilliseconds),
      delayMilliseconds: try container.decodeIfPresent(Int.self, forKey: .delayMilliseconds),
      from: try container.decodeIfPresent(Timestamp.self, forKey: .from),
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
    guard !kind.needsHost, times > 0, isOpen(at: time) else { return false }
    if let instance, instance != step.instance { return false }
    if let host, host != step.source, host != step.destination { return false }
    if let name = self.step, name != step.name { return false }
    return true
  }
}
