import Glibc
import Synchronization

/// Tells systemd how the service is: datagrams to the socket that `NOTIFY_SOCKET` names (sd_notify(3)).
///
/// Where nobody listens, nothing is sent. A message that cannot be sent is dropped: the service goes on.
final class ServiceManager: Sendable {
  /// Without a sign of life for so long the watchdog is no longer told that all is well. Every wait on a host is shorter.
  static let silenceSecondsMax = 600
  /// Longest status line, in bytes.
  static let statusBytesMax = 512

  private let address: sockaddr_un
  private let addressBytes: socklen_t
  private let descriptor: Int32
  /// How often the watchdog wants to hear; nil: there is none.
  let watchdogMicroseconds: Int?
  private let lastLife = Mutex(ContinuousClock.now)
  private let lastStatus = Mutex("")

  /// Takes the variables out of the environment, so that no child process speaks in our name; nil: this is no service of systemd's.
  static func fromEnvironment() -> ServiceManager? {
    let socket = Terminal.environment("NOTIFY_SOCKET")
    let watchdog = Terminal.environment("WATCHDOG_USEC").flatMap { Int($0) }
    let isOurs = Terminal.environment("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
    for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { unsetenv(name) }
    guard let socket else { return nil }
    return ServiceManager(socket: socket, watchdogMicroseconds: isOurs ? watchdog.flatMap { $0 > 0 ? $0 : nil } : nil)
  }

  /// `socket`: a path, or `@` and a name in the abstract namespace; nil: it is neither, or too long.
  private init?(socket name: String, watchdogMicroseconds: Int?) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    guard let first = bytes.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@"),
      bytes.count < MemoryLayout.size(ofValue: address.sun_path)
    else { return nil }
    if first == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    self.address = address
    let pathOffset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    addressBytes = socklen_t(pathOffset + bytes.count + (first == UInt8(ascii: "@") ? 0 : 1))
    self.descriptor = descriptor
    self.watchdogMicroseconds = watchdogMicroseconds
  }

  deinit { close(descriptor) }

  func ready() { send("READY=1") }
  func stopping() { send("STOPPING=1\nSTATUS=finishing what runs") }
  func status(_ text: String) {
    showLife()
    let line = text.prefix { $0 != "\n" }.utf8.prefix(Self.statusBytesMax)
    let status = String(decoding: line, as: UTF8.self)
    let isNews = lastStatus.withLock { last in
      defer { last = status }
      return last != status
    }
    if isNews { send("STATUS=\(status)") }
  }

  /// `ready` ends it.
  func reloading() {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
  }

  // MARK: the watchdog

  func showLife() { lastLife.withLock { $0 = .now } }

  /// Tells the watchdog that all is well, twice as often as it wants to hear, as long as something shows life.
  func keepWatchdogQuiet() async {
    guard let microseconds = watchdogMicroseconds else { return }
    while !Task.isCancelled {
      if lastLife.withLock({ ContinuousClock.now - $0 }) < .seconds(Self.silenceSecondsMax) { send("WATCHDOG=1") }
      try? await Task.sleep(for: .microseconds(microseconds / 2))
    }
  }

  private func send(_ text: String) {
    var address = address
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { sendto(descriptor, text, text.utf8.count, 0, $0, addressBytes) }
    }
  }
}
