import Fleet
import Synchronization

/// References of hosts and guests as the pool told them last, so that one is not searched for among all.
///
/// They are hints: an object may be gone, or be another's by now, and whoever takes one looks whether it is the one that is meant.
final class XenReferences: Sendable {
  /// Of a host that a manifest names.
  struct Member: Sendable {
    var reference: String
    /// nil: the pool told none.
    var metrics: String?
    /// As it was when the reference was learnt.
    var record: XenRecord?
  }

  private let state = Mutex((members: [HostName: Member](), guests: [InstanceUUID: String]()))

  /// All that the pool has now.
  func learn(_ members: [HostName: Member], _ guests: [InstanceUUID: String]) { state.withLock { $0 = (members, guests) } }

  func learn(_ guest: InstanceUUID, _ reference: String?) { state.withLock { $0.guests[guest] = reference } }
  func learn(_ host: HostName, _ member: Member?) { state.withLock { $0.members[host] = member } }

  func guest(_ uuid: InstanceUUID) -> String? { state.withLock { $0.guests[uuid] } }
  func member(_ host: HostName) -> Member? { state.withLock { $0.members[host] } }
}
