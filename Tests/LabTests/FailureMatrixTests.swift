import Foundation
import LabSupport
import Testing

/// Every part that can die, dying right after each record of the journal, in each mode: the table of `docs/safety.md`, reached on purpose.
///
/// Takes an hour or so: `make test-lab-full`. One line a case goes to `RECONCILE_LAB_RESULTS`, if set.
@Suite(.enabled(if: Lab.isFull, "runs by `make test-lab-full`"), .serialized) struct FailureMatrixTests {
  enum Mode: String, Sendable { case live, block, cold }
  enum Victim: String, CaseIterable, Sendable {
    case reconcile, sourceDaemon, destinationDaemon, sourceQEMU, destinationQEMU, destinationHost, sourceHost, cable
  }

  static let recordsMax = 60

  @Test(arguments: Victim.allCases) func live(victim: Victim) async throws { try await sweep(.live, victim) }
  @Test(arguments: Victim.allCases) func block(victim: Victim) async throws { try await sweep(.block, victim) }
  @Test(arguments: Victim.allCases) func cold(victim: Victim) async throws { try await sweep(.cold, victim) }

  private func sweep(_ mode: Mode, _ victim: Victim) async throws {
    for number in 1...Self.recordsMax where try await !strike(mode, victim, after: number) {
      return #expect(number > 4, "a move has at least four records")
    }
    Issue.record("the sweep must end")
  }

  /// False if the move ended before it had that many records.
  private func strike(_ mode: Mode, _ victim: Victim, after number: Int) async throws -> Bool {
    let options = mode == .live ? SlowMove.guest : ["--storage", "local", "--size", "24", "--fill", "16", "--span", "8", "--wr", "4"]
    let move = try await SlowMove("web", guest: options, migration: "{allow: [\(mode)]}")
    let database = move.fleet.folder.appending(path: "state/reconcile.db").path
    let watcher = try Running(
      "/usr/bin/python3",
      [Lab.root.appending(path: "lab/after-journal").path, database, "\(number)", "\(move.program.pid)"]
        + command(for: victim, program: move.program.pid))
    let watched = try await watcher.wait(within: .seconds(150))
    let states = try await Lab.states("web")
    if victim == .cable {
      // Longer than every keepalive, so that both ends have given up.
      try await Task.sleep(for: .seconds(25))
      try await Lab.must("link", "hv2", "up")
    }
    try await Lab.must("rate", "hv1", "off")
    let ended = try await move.ended()
    try await Lab.must("heal", within: .seconds(90))
    // What a dead host left half-done at the other ends when that one's keepalive does.
    try? await eventually("halves end", within: .seconds(40)) { try await Lab.states("web").count == 1 ? () : nil }
    let settled = try await settle(move)
    try await judge(move, mode, victim, number)
    record("| \(mode) | \(victim) | \(number) | \(text(states)) | \(ended.status) | \(text(try await Lab.states("web"))) | \(settled) |")
    return watched.status != 3
  }

  private func command(for victim: Victim, program: Int32) -> [String] {
    switch victim {
    case .reconcile: ["/usr/bin/kill", "-9", "\(program)"]
    case .sourceDaemon: Lab.command(["libvirtd", "hv1", "kill"])
    case .destinationDaemon: Lab.command(["libvirtd", "hv2", "kill"])
    case .sourceQEMU: Lab.command(["qemu", "hv1", "web", "KILL"])
    case .destinationQEMU: Lab.command(["qemu", "hv2", "web", "KILL"])
    case .destinationHost: Lab.command(["crash", "hv2"])
    case .sourceHost: Lab.command(["crash", "hv1"])
    case .cable: Lab.command(["link", "hv2", "down"])
    }
  }

  /// Passes until one has nothing more to do; each under a new revision, so that no back-off waits.
  private func settle(_ move: SlowMove) async throws -> Int32 {
    var last: Ended?
    for _ in 0..<5 {
      try move.fleet.declare(maintenance: [])
      let ended = try await move.fleet.run("--yes")
      if ended.status == 0 || ended.output == last?.output { return ended.status }
      last = ended
    }
    return last?.status ?? -1
  }

  /// Exactly one guest is left, and it is as whole as what died allows.
  private func judge(_ move: SlowMove, _ mode: Mode, _ victim: Victim, _ number: Int) async throws {
    let states = try await Lab.states("web")
    let running = states.filter { $0.value.hasPrefix("running") }
    let context: Comment = "\(mode) \(victim) \(number): \(states)"
    #expect(states.count == 1, context)
    let mayBeDown = [.sourceQEMU, .sourceHost, .destinationQEMU, .destinationHost].contains(victim)
    guard let host = running.keys.first else {
      #expect(mayBeDown, context)
      return
    }
    #expect(running.count == 1, context)
    let after = try await Lab.running("web", on: host)
    #expect(after.err == 0, context)
    // Cold moves reboot once when they go through, twice when they were undone and made again.
    let boots = mode == .cold ? move.before.boots...move.before.boots + 2 : move.before.boots...move.before.boots
    #expect(boots.contains(after.boots), "\(context): \(move.before) \(after)")
    if mode != .cold { #expect(after.survived(since: move.before), "\(context): \(move.before) \(after)") }
  }

  private func text(_ states: [String: String]) -> String {
    states.isEmpty ? "absent" : states.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
  }

  private func record(_ line: String) {
    print(line)
    guard let path = ProcessInfo.processInfo.environment["RECONCILE_LAB_RESULTS"], let file = fopen(path, "a") else { return }
    fputs(line + "\n", file)
    fclose(file)
  }
}
