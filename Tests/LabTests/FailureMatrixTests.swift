import Foundation
import LabSupport
import Testing

/// Every part that can die or hang, right after each record of the journal, in each mode, with autostart on, a third host present and hosts restarted
/// at the end: the tables of `docs/safety.md`, reached on purpose.
///
/// The whole takes hours (`make test-lab-full`, which shares it among several labs); a fifth, named in `FailureMatrix`, runs every time. Each
/// row goes as a line of JSON to `RECONCILE_LAB_RESULTS`, if set.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct FailureMatrixTests {
  /// More than any move has.
  static let recordsMax = 60

  @Test(arguments: FailureMatrix.fifth + FailureMatrix.mended) func aFifthOfIt(row: FailureMatrix.Row) async throws {
    #expect(try await play(row), "\(row): the move has that record")
  }

  @Test(.enabled(if: Lab.isFull, "runs by `make test-lab-full`"), arguments: FailureMatrix.sweeps)
  func allOfIt(mode: FailureMatrix.Mode, trouble: Trouble) async throws {
    for number in stride(from: FailureMatrix.first(mode, trouble), through: Self.recordsMax, by: FailureMatrix.stride) {
      let row = FailureMatrix.Row(mode: mode, trouble: trouble, record: "\(number)")
      do {
        if try await !play(row) { return #expect(number > 4, "a move has at least four records") }
      } catch { Issue.record("\(row): \(error)") }
    }
    Issue.record("the sweep must end")
  }

  /// False if the move ended before it had that record.
  private func play(_ row: FailureMatrix.Row) async throws -> Bool {
    let scene = try await scene(row)
    let command = try await row.trouble.command(against: row.name, of: scene.fleet)
    let move = try scene.begun()
    let hit = try await scene.fleet.strike(move.program, after: row.record, command)
    if row.trouble == Trouble(part: .cable, harm: .death) {
      // Out for longer than every keepalive.
      try await Task.sleep(for: .seconds(FailureMatrix.longCableSeconds))
    }
    try await Lab.must("rate", "hv1", "off")
    if row.trouble.harm == .death { try await Lab.must("heal", within: .seconds(90)) }
    let ended = try await move.ended()
    try await Lab.must("heal", within: .seconds(90))
    if !hit { return false }
    let settled = try await scene.settled()
    let verdict = try await judge(row, scene, ended, settled)
    record(verdict)
    let context = "\(verdict)\nfirst: \(ended)\nlast: \(settled)\n\(try await scene.fleet.journal())"
    #expect(!verdict.doubled && !verdict.lost && verdict.wrong.isEmpty, "\(row): \(context)")
    return true
  }

  private func scene(_ row: FailureMatrix.Row) async throws -> SlowMove.Scene {
    switch row.mode {
    case .live: return try await SlowMove.scene(row.name, autostart: true, rate: "60mbit")
    case .block: return try await SlowMove.scene(row.name, guest: SlowMove.localGuest, autostart: true, rate: "40mbit")
    case .cold, .offline:
      return try await SlowMove.scene(
        row.name, guest: ["--storage", "local"], migration: "{allow: [\(row.mode == .cold ? "cold" : "live")]}", autostart: true,
        rate: "off", off: row.mode == .offline)
    }
  }

  private func judge(_ row: FailureMatrix.Row, _ scene: SlowMove.Scene, _ ended: Ended, _ settled: Ended) async throws -> MatrixVerdict {
    let name = row.name
    var verdict = MatrixVerdict(
      mode: row.mode.rawValue, trouble: "\(row.trouble)", record: row.record, exit: ended.status, settled: settled.status, outcome: .down,
      doubled: false, lost: false, wrong: [])
    try await Task.sleep(for: Judgement.watch)
    var boots = row.mode == .cold ? 0...2 : 0...0 as ClosedRange<UInt32>
    if row.trouble.takesTheGuest { boots = 0...boots.upperBound + 2 }
    let lives = try await look(row, scene, boots: boots, &verdict)
    guard let lives else { return verdict }
    verdict.outcome = lives == "hv2" ? .moved : .stayed
    // The host where it does not live first: that is the one which must not start it.
    let other = lives == "hv1" ? "hv2" : "hv1"
    for (host, started) in [(other, false), (lives, true)] {
      try await Lab.reboot(host)
      if started { boots = boots.lowerBound...boots.upperBound + 1 }
      try await Task.sleep(for: Judgement.watch)
      let now = try await look(row, scene, boots: boots, restarted: true, &verdict)
      if now != lives { verdict.wrong.append("after a reboot of \(host) it lives on \(now ?? "no host")") }
    }
    verdict.doubled = try verdict.doubled || !Lab.monitorReports(of: name).isEmpty
    return verdict
  }

  /// The one host where the guest is, with all that is wrong about that.
  private func look(
    _ row: FailureMatrix.Row, _ scene: SlowMove.Scene, boots: ClosedRange<UInt32>, restarted: Bool = false, _ verdict: inout MatrixVerdict
  ) async throws -> String? {
    let name = row.name
    let states = try await Lab.states(name)
    let running = states.filter { $0.value.hasPrefix("running") }.keys.sorted()
    if try running.count > 1 || !Lab.monitorReports(of: name).isEmpty { verdict.doubled = true }
    if states.count != 1 { verdict.wrong.append("\(states)") }
    let definitions = try await Lab.definitions(name)
    if definitions.isEmpty { verdict.lost = true }
    let lives = row.mode == .offline && running.isEmpty ? (states.count == 1 ? states.keys.first : nil) : running.first
    guard let lives else {
      // After a restart it is missed by the caller: it was not started, which is not to be lost.
      if !row.trouble.takesTheGuest && !restarted { verdict.lost = true }
      return nil
    }
    for host in Lab.hosts {
      let starts = try await Lab.startsWithHost(name, on: host)
      if starts == true && host != lives { verdict.wrong.append("it starts with \(host)") }
      if starts != true && host == lives { verdict.wrong.append("it does not start with \(lives), where it lives") }
    }
    guard running == [lives] else { return lives }
    let after = try await Lab.running(name, on: lives)
    if after.err != 0 { verdict.lost = true }
    let first = scene.before.boots
    let allowed = first + boots.lowerBound...first + boots.upperBound
    if !allowed.contains(after.boots) { verdict.wrong.append("boots \(first) → \(after.boots)") }
    return lives
  }

  private func record(_ verdict: MatrixVerdict) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let path = ProcessInfo.processInfo.environment["RECONCILE_LAB_RESULTS"], let line = try? encoder.encode(verdict),
      let file = fopen(path, "a")
    else { return }
    fputs(String(decoding: line, as: UTF8.self) + "\n", file)
    fclose(file)
  }
}
