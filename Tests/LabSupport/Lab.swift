package import Foundation

/// The lab of real libvirt hosts (`lab/`), as a test sees it that runs in the lab's control node, started by `Scripts/test-lab`.
///
/// What a hypervisor's user can do (`virsh`, the program under test) runs in the control node itself; commands of `lab` act on the machine's own
/// namespaces and are sent there through the process that started the tests.
package enum Lab {
  package static let hosts = ["hv1", "hv2", "hv3"]

  package static let isAvailable = variable("RECONCILE_LAB") == "1"
  /// True if the whole matrix of failures is wanted, which takes long (`make test-lab-full`).
  package static let isFull = isAvailable && variable("RECONCILE_LAB_FULL") == "1"

  package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

  /// A command of `lab/lab`, run to its end.
  package static func run(_ arguments: [String], within limit: Duration = .seconds(60)) async throws -> Ended {
    try await start(arguments).wait(within: limit)
  }

  /// A command of `lab/lab` that must succeed.
  @discardableResult
  package static func must(_ arguments: String..., within limit: Duration = .seconds(60)) async throws -> String {
    try await must(arguments, within: limit)
  }

  @discardableResult
  package static func must(_ arguments: [String], within limit: Duration = .seconds(60)) async throws -> String {
    let ended = try await run(arguments, within: limit)
    guard ended.status == 0 else { throw LabError("lab \(arguments.joined(separator: " ")): \(ended)") }
    return ended.output
  }

  /// Starts a command of `lab/lab`.
  package static func start(_ arguments: [String]) throws -> Running {
    let words = command(arguments)
    return try Running(words[0], Array(words.dropFirst()))
  }

  /// A command of `lab/lab` as words that any program run by a test can execute.
  package static func command(_ arguments: [String]) -> [String] {
    let outside = variable("LAB_OUTSIDE_PID") ?? "LAB_OUTSIDE_PID-is-not-set"
    return ["/usr/bin/nsenter", "-t", outside, "-m", "-u", "-i", "-n", "--", root.appending(path: "lab/lab").path] + arguments
  }

  /// `virsh` on a host, over TCP from the control node.
  package static func virsh(_ host: String, _ arguments: String..., within limit: Duration = .seconds(30)) async throws -> Ended {
    try await Running("/usr/bin/virsh", ["-q", "-c", "qemu+tcp://\(host)/system"] + arguments).wait(within: limit)
  }

  /// All cables in, all daemons up, no speed limits, CPUs whole, and no guest or disk left on any host: how each test begins.
  package static func tidy() async throws { try await must("tidy", within: .seconds(90)) }
}
