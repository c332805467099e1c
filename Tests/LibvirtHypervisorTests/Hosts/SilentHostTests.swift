import Fleet
import FoundationEssentials
import Glibc
import Hypervisor
import Testing

@testable import LibvirtHypervisor

/// Hosts that accept a connection and then say nothing leave neither threads nor descriptors behind.
///
/// `RECONCILE_SOAK_PASSES=10000 swift test --filter SilentHostTests` is the long form (`make soak`).
@Suite(.serialized) struct SilentHostTests {
  private static let passes = ProcessInfo.processInfo.environment["RECONCILE_SOAK_PASSES"].flatMap { Int($0) } ?? 20
  private static let hosts = 5

  /// A port of this machine that the kernel accepts connections on and nobody ever reads from.
  private final class SilentPort {
    let descriptor: Int32
    private(set) var port: UInt16 = 0

    init() throws {
      let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket, $0, length) == 0 && listen(socket, 4096) == 0 && getsockname(socket, $0, &length) == 0
        }
      }
      descriptor = socket
      try #require(isBound)
      port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
  }

  /// Sockets of this process whose other end is that port.
  private func sockets(to port: UInt16) -> Int {
    let digits = String(port, radix: 16, uppercase: true)
    let wanted = ":" + String(repeating: "0", count: 4 - digits.count) + digits
    let table = (try? String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8)) ?? ""
    var inodes: Set<String> = []
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: " ")
      if fields.count > 9, fields[2].hasSuffix(wanted) { inodes.insert("socket:[\(fields[9])]") }
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.count { name in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")).map(inodes.contains) ?? false
    }
  }

  @Test func passesOverSilentHostsLeaveNothing() async throws {
    let silent = try SilentPort()
    let uri = try #require(HostURI("qemu+tcp://127.0.0.1:\(silent.port)/system"))
    let hosts = (0..<Self.hosts).map { LibvirtHost(name: HostName("silent-\($0)"), uri: uri) }
    for pass in 0..<Self.passes {
      await withTaskGroup(of: Void.self) { group in
        for host in hosts {
          group.addTask {
            let answer = await host.call(Deadline(milliseconds: 60)) { connection throws(LibvirtError) in try connection.hostName() }
            if case .success = answer { Issue.record("pass \(pass): a silent host answered") }
          }
        }
      }
      // What was given up ends soon after, not at the end of the process.
      let open = sockets(to: silent.port)
      #expect(open <= 8 * Self.hosts, "pass \(pass): \(open) sockets")
      if pass % 100 == 99 { print("pass \(pass + 1): \(open) sockets, \(threads()) threads, \(memoryKiB()) KiB") }
    }
    let end = ContinuousClock.now + .seconds(20)
    while sockets(to: silent.port) > 0, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(100)) }
    #expect(sockets(to: silent.port) == 0, "every opening was ended")
  }

  private func threads() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0 }

  private func memoryKiB() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    return status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }
}
