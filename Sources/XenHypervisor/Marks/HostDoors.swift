import Fleet
import Hypervisor

/// Hosts that we closed and that are open for as long as a guest of theirs is started or sent; one for all drivers of a pool.
///
/// The last guest to leave closes it again. One at a time opens or closes a host, so that no one's closing shuts out another that was just
/// let in.
actor HostDoors {
  private var inside: [String: Set<InstanceUUID>] = [:]
  private var busy: Set<String> = []
  /// Between two tries to have a host to oneself.
  private static let pauseMilliseconds = 20

  /// Opens `host`, which is ours to open, for `guest`; the marker stays on it, so that it is closed again whatever becomes of us.
  func open(_ host: String, for guest: InstanceUUID, _ closing: HostClosing, _ deadline: Deadline) async throws(XenError) {
    try await enter(host, deadline)
    defer { busy.remove(host) }
    let isFirst = inside[host] == nil
    // What somebody else enabled meanwhile is not ours to close.
    if isFirst, try await !closing.isClosedByUs(host, deadline) { return }
    // Before it is asked for: an answer may be lost.
    inside[host, default: []].insert(guest)
    guard isFirst else { return }
    do throws(XenError) { try await closing.reopen(host, deadline) } catch {
      inside[host] = nil
      await closing.reclose(host, deadline)
      throw error
    }
  }

  /// Takes the guest out of all hosts; those that nobody else is in are closed. What could not be had to oneself is left to a later call.
  func close(after guest: InstanceUUID, _ closing: HostClosing, _ deadline: Deadline) async {
    for host in inside.keys.sorted() where inside[host]?.contains(guest) == true {
      guard (try? await enter(host, deadline)) != nil else { continue }
      defer { busy.remove(host) }
      guard inside[host]?.remove(guest) != nil, inside[host]?.isEmpty == true else { continue }
      inside[host] = nil
      await closing.reclose(host, deadline)
    }
  }

  private func enter(_ host: String, _ deadline: Deadline) async throws(XenError) {
    let end = ContinuousClock.now + .milliseconds(deadline.milliseconds)
    while !busy.insert(host).inserted {
      guard ContinuousClock.now < end, !Task.isCancelled else {
        throw .unreachable(XenTrouble("the host is being opened or closed for another guest", passing: true))
      }
      try? await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
    }
  }
}
