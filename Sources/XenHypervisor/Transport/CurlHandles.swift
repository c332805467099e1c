import CCurl
import Synchronization

/// Connections to one pool that are open between its calls, so that not each has to shake hands anew.
final class CurlHandles: Sendable {
  /// Connections kept open; beyond it one is closed after its call.
  static let idleMax = 24
  /// A connection that lay idle for longer is not used again: the server may be about to close it.
  static let idleSecondsMax = 30

  /// Used by one thread at a time: it is in the list or in somebody's hand.
  private struct Handle: @unchecked Sendable { let pointer: UnsafeMutableRawPointer }

  private let idle = Mutex<[Handle]>([])

  /// Called once for the process, before any handle is made: libcurl's own set-up is not safe beside other threads.
  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// The one that was used last, which is the likeliest to be open still; nil: libcurl cannot make one.
  func take() -> UnsafeMutableRawPointer? {
    guard Self.isReady else { return nil }
    if let known = idle.withLock({ $0.popLast() }) { return known.pointer }
    return curl_easy_init()
  }

  /// `isSound`: its call came to its end, so that what is on its connection is not the rest of another answer.
  func giveBack(_ pointer: UnsafeMutableRawPointer, isSound: Bool) {
    // Keeps connections and forgets everything else, the password in a request among it.
    curl_easy_reset(pointer)
    let handle = Handle(pointer: pointer)
    let isKept =
      isSound
      && idle.withLock { idle in
        guard idle.count < Self.idleMax else { return false }
        idle.append(handle)
        return true
      }
    if !isKept { curl_easy_cleanup(pointer) }
  }

  func close() {
    let handles = idle.withLock { idle in
      defer { idle = [] }
      return idle
    }
    for handle in handles { curl_easy_cleanup(handle.pointer) }
  }

  deinit { close() }
}
