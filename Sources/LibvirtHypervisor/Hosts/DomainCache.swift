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
  }

  private struct State {
    var entries: [String: Entry] = [:]
    /// Rises with every event, so that what was read before one is not kept after it.
    var generation = 0
    var isFollowing = false
  }

  private let state = Mutex(State())

  var generation: Int { state.withLock { $0.generation } }

  func entry(_ uuid: String) -> Entry? { state.withLock { $0.isFollowing ? $0.entries[uuid] : nil } }

  /// Keeps what was read while `generation` was current.
  func keep(_ entry: Entry, _ uuid: String, readAt generation: Int) {
    state.withLock { if $0.isFollowing, $0.generation == generation { $0.entries[uuid] = entry } }
  }

  /// Starts over with this connection's events; without them nothing is kept.
  func follow(_ connection: ConnectionHandle) {
    state.withLock {
      $0.entries = [:]
      $0.generation += 1
      $0.isFollowing = false
    }
    for event in Self.events where !listen(to: event, on: connection) { return }
    state.withLock { $0.isFollowing = true }
  }

  fileprivate func forget(_ uuid: String) {
    state.withLock {
      $0.entries[uuid] = nil
      $0.generation += 1
    }
  }

  private func listen(to event: virDomainEventID, on connection: ConnectionHandle) -> Bool {
    let opaque = Unmanaged.passRetained(self).toOpaque()
    // Every event hands over connection and domain first; what follows differs and is not looked at, but the last argument must be ours.
    let status: Int32 =
      switch event {
      case VIR_DOMAIN_EVENT_ID_LIFECYCLE: register(event, connection, opaque, lifecycle)
      case VIR_DOMAIN_EVENT_ID_METADATA_CHANGE: register(event, connection, opaque, metadataChange)
      case VIR_DOMAIN_EVENT_ID_DEVICE_ADDED: register(event, connection, opaque, deviceAdded)
      case VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED: register(event, connection, opaque, deviceRemoved)
      case VIR_DOMAIN_EVENT_ID_DISK_CHANGE: register(event, connection, opaque, diskChange)
      case VIR_DOMAIN_EVENT_ID_TRAY_CHANGE: register(event, connection, opaque, trayChange)
      case VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2: register(event, connection, opaque, blockJob)
      default: preconditionFailure("no handler for event \(event.rawValue)")
      }
    return status >= 0
  }

  private func register<Callback>(
    _ event: virDomainEventID, _ connection: ConnectionHandle, _ opaque: UnsafeMutableRawPointer, _ callback: Callback
  ) -> Int32 {
    let status = virConnectDomainEventRegisterAny(
      connection.pointer, nil, Int32(event.rawValue), unsafeBitCast(callback, to: virConnectDomainEventGenericCallback.self), opaque,
      { if let opaque = $0 { Unmanaged<DomainCache>.fromOpaque(opaque).release() } })
    if status < 0 { Unmanaged<DomainCache>.fromOpaque(opaque).release() }
    return status
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
private let deviceAdded: @convention(c) (OpaquePointer?, OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = {
  _, domain, _, opaque in changed(domain, opaque)
}
private let deviceRemoved = deviceAdded
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
