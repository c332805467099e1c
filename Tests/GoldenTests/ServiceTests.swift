import Foundation
import Testing

/// `watch` as a service of systemd's: what it tells, and what it obeys. The other end is a socket as systemd's is.
@Suite struct ServiceTests {
  /// A datagram socket of the test, by path.
  private final class Listener: @unchecked Sendable {
    // Unchecked: the descriptor never changes, and each message is received by one caller.
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
      self.path = path
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let bytes = Array(path.utf8)
      try #require(bytes.count < MemoryLayout.size(ofValue: address.sun_path))
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
      let bound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
      }
      try #require(bound == 0)
      var limit = timeval(tv_sec: 60, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    private func next() -> String? {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// All messages up to the first with that beginning; fails after 60 s of silence.
    func until(_ beginning: String) throws -> [String] {
      var heard: [String] = []
      while true {
        let message = try #require(next(), "no \(beginning) in time: \(heard)")
        heard.append(message)
        if message.hasPrefix(beginning) { return heard }
      }
    }
  }

  private func listener(_ program: ReconcileProgram) throws -> Listener { try Listener(program.folder.path + "/notify") }

  @Test func itTellsWhatItDoes() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let listener = try listener(program)
    let running = try program.start(["watch", "--interval", "1h"], environment: ["NOTIFY_SOCKET": listener.path])
    defer { running.kill(SIGKILL) }
    #expect(try listener.until("READY=1").last == "READY=1")
    let first = try listener.until("STATUS=last pass")
    #expect(first.first == "STATUS=0 of 2 moves" && Set(first).count == first.count, "each once: \(first)")
    #expect(first.last == "STATUS=last pass moved 2 instances: nothing failed and nothing is blocked")

    // SIGHUP: the next pass at once, with what the manifests say now.
    try program.write("broken: [", to: "manifests/new.yaml")
    running.kill(SIGHUP)
    let reloading = try listener.until("RELOADING=1")
    #expect(reloading.last?.contains("\nMONOTONIC_USEC=") == true, "\(reloading)")
    _ = try listener.until("READY=1")
    #expect(try listener.until("STATUS=").last == "STATUS=the manifests are invalid: nothing new starts")

    running.kill(SIGTERM)
    _ = try listener.until("STOPPING=1")
    let ended = running.wait()
    #expect(ended.status == 65 && ended.killedBy == nil, "the status of its last pass: \(ended)")
    #expect(ended.errors.contains("stopping after what runs"))
  }

  @Test func theWatchdogHearsFromIt() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let listener = try listener(program)
    let running = try program.start(
      ["watch", "--interval", "1h"], environment: ["NOTIFY_SOCKET": listener.path, "WATCHDOG_USEC": "400000"])
    defer { running.kill(SIGKILL) }
    for _ in 0..<5 { _ = try listener.until("WATCHDOG=1") }
    running.kill(SIGTERM)
    #expect(running.wait().status == 0)
  }

  /// A watchdog that was meant for another process of the unit.
  @Test func whatIsNotMeantForItIsNotAnswered() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let listener = try listener(program)
    let environment = ["NOTIFY_SOCKET": listener.path, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"]
    let running = try program.start(["watch", "--interval", "1s", "--passes", "2"], environment: environment)
    let heard = try listener.until("STATUS=last pass moved 2") + listener.until("STATUS=last pass moved nothing")
    #expect(!heard.contains("WATCHDOG=1"), "\(heard)")
    #expect(running.wait().status == 0)
  }

  @Test(arguments: ["", "relative/path", "/nowhere/notify", String(repeating: "/x", count: 200)])
  func aSocketThatIsNoneStopsNothing(socket: String) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let ended = try program.start(["watch", "--interval", "1s", "--passes", "1"], environment: ["NOTIFY_SOCKET": socket]).wait()
    #expect(ended.status == 0 && ended.output.contains("2 moves: 2 succeeded"), "\(ended)")
  }
}
