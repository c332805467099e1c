import CLibvirt
import Synchronization

/// Definitions of a host's running domains as last read, each until the host says that something about it changed.
///
/// Domains that are off are not kept: their definition may be edited without an event.
final class DomainCache: Sendable {
  /// Events at which a definition is read again.
  private static let events = [
    VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_ID_METADATA_CHANGE, VIR_DOMAIN_EVENT_ID_DEVICE_ADDED,
    VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, VIR_DOMAIN_EVENT_ID_DISK_CHANGE, VIR_DOMAIN_EVENT_ID_TRAY_CHANGE,
    VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
  ]

  struct Entry: Sendable {
    var description: DomainDescription
    /// Sizes of its disks, by target.
    var sizes: [String: DomainHandle.BlockInfo]
    /// What its next start would run; nil: it is transient.
    var nextBoot: DomainDescription?
    /// When that was read; nil: not yet.
    var nextBootReadAt: ContinuousClock.Instant?
    /// What images build on, by target, where the definition does not tell.
    var chains: [String: ImageChain] = [:]
    var nextBootChains: [String: ImageChain] = [:]
    /// Disks of which no image is to be had, by target, and why.
    var missingImages: [String: String] = [:]
  }

  /// A definition edited for the next start makes no event, so it is read again after this long. Before a move begins it is read anew.
  static let nextBootKept = Duration.seconds(300)

  private struct State {
    var entries: [String: Entry] = [:]
    /// Rises with every event, so that what was read before one is not kept after it.
    var generation = 0
    /// The number of the connection whose events are heard; nil: none, and nothing is kept.
    var followed: Int?
    /// A call that asks every guest's process has not come back: one of them hangs.
    var isAskingGuests = false
  }

  private let state = Mutex(State())

  var generation: Int { state.withLock { $0.generation } }

  /// Nil on every connection but the one whose events are heard: only its answers come after them.
  func entry(_ uuid: String, on connection: ConnectionHandle) -> Entry? {
    state.withLock { $0.followed == connection.number ? $0.entries[uuid] : nil }
  }

  /// Keeps what was read while `generation` was current.
  func keep(_ entry: Entry, _ uuid: String, readAt generation: Int) {
    state.withLock { if $0.followed != nil, $0.generation == generation { $0.entries[uuid] = entry } }
  }

  /// False: an earlier such call has not come back, and asking again would hang as well.
  func mayAskGuests() -> Bool {
    state.withLock {
      guard !$0.isAskingGuests else { return false }
      $0.isAskingGuests = true
      return true
    }
  }
  func guestsAnswered() { state.withLock { $0.isAskingGuests = false } }

  /// Keeps nothing until it follows another connection's events.
  func stop() {
    state.withLock {
      $0.entries = [:]
      $0.generation += 1
      $0.followed = nil
    }
  }

  /// Starts over with this connection's events; without them nothing is kept.
  func follow(_ connection: ConnectionHandle) {
    stop()
    for event in Self.events where !listen(to: event, on: connection) { return }
    state.withLock { $0.followed = connection.number }
  }

  fileprivate func forget(_ uuid: String) {
    state.withLock {
      $0.entries[uuid] = nil
      $0.generation += 1
    }
  }

  private func listen(to event: virDomainEventID, on connection: ConnectionHandle) -> Bool {
    // Every event hands over connection and domain first; what follows differs and is not looked at, but the last argument must be ours.
    switch event {
    case VIR_DOMAIN_EVENT_ID_LIFECYCLE: register(event, connection, lifecycle)
    case VIR_DOMAIN_EVENT_ID_METADATA_CHANGE: register(event, connection, metadataChange)
    case VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED: register(event, connection, deviceChange)
    case VIR_DOMAIN_EVENT_ID_DISK_CHANGE: register(event, connection, diskChange)
    case VIR_DOMAIN_EVENT_ID_TRAY_CHANGE: register(event, connection, trayChange)
    case VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2: register(event, connection, blockJob)
    default: preconditionFailure("no handler for event \(event.rawValue)")
    }
  }

  private func register<Callback>(_ event: virDomainEventID, _ connection: ConnectionHandle, _ callback: Callback) -> Bool {
    let opaque = Unmanaged.passRetained(self)
    let listens = connection.listen(to: event, callback, opaque.toOpaque()) {
      if let opaque = $0 { Unmanaged<DomainCache>.fromOpaque(opaque).release() }
    }
    if !listens { opaque.release() }
    return listens
  }
}

private func changed(_ domain: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?) {
  guard let domain, let opaque else { return }
  Unmanaged<DomainCache>.fromOpaque(opaque).takeUnretainedValue().forget(uuidText { virDomainGetUUIDString(domain, $0) })
}

private let lifecycle: @convention(c) (OpaquePointer?, OpaquePointer?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
  _, domain, _, _, opaque in
  changed(domain, opaque)
  return 0
}
private let metadataChange:
  @convention(c) (OpaquePointer?, OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = {
    _, domain, _, _, opaque in changed(domain, opaque)
  }
private let deviceChange: @convention(c) (OpaquePointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = {
  _, domain, _, opaque in changed(domain, opaque)
}
private let diskChange:
  @convention(c) (
    OpaquePointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, Int32, UnsafeMutableRawPointer?
  ) -> Void = { _, domain, _, _, _, _, opaque in changed(domain, opaque) }
private let trayChange: @convention(c) (OpaquePointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32, UnsafeMutableRawPointer?) -> Void = {
  _, domain, _, _, opaque in changed(domain, opaque)
}
private let blockJob:
  @convention(c) (OpaquePointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Void = {
    _, domain, _, _, _, opaque in changed(domain, opaque)
  }
