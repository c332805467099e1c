import Fleet
import Hypervisor

/// Hosts that we closed and that are open for as long as a guest of theirs is started or sent; one for all drivers of a pool.
///
/// The last to leave closes it again. One at a time opens or closes a host, so that no one's closing shuts out another that was just let in.
actor HostDoors {
  private var inside: [String: Set<JobRef>] = [:]
  private var busy: Set<String> = []
  private var queues: [String: [CheckedContinuation<Void, Never>]] = [:]

  /// Opens `host`, which is ours to open, for `job`; the marker stays on it, so that it is closed again whatever becomes of us.
  func open(_ host: String, for job: JobRef, _ closing: HostClosing, _ deadline: Deadline) async throws(XenError) {
    await enter(host)
    defer { leave(host) }
    try await closing.reopen(host, deadline)
    inside[host, default: []].insert(job)
  }

  /// The host that is open for `job`; nil: none is.
  func host(openFor job: JobRef) -> String? { inside.first { $0.value.contains(job) }?.key }

  func close(_ host: String, after job: JobRef, _ closing: HostClosing, _ deadline: Deadline) async {
    await enter(host)
    defer { leave(host) }
    guard inside[host]?.remove(job) != nil, inside[host]?.isEmpty == true else { return }
    inside[host] = nil
    await closing.reclose(host, deadline)
  }

  private func enter(_ host: String) async {
    if busy.insert(host).inserted { return }
    await withCheckedContinuation { queues[host, default: []].append($0) }
  }

  /// Hands its turn to the next that waits, if any does.
  private func leave(_ host: String) {
    guard var queue = queues[host], !queue.isEmpty else {
      busy.remove(host)
      return
    }
    let next = queue.removeFirst()
    queues[host] = queue
    next.resume()
  }
}
