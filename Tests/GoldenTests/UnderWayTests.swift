import Foundation
import Testing

/// What a colleague reads while a run is at work: who moves the guest, and that nothing is wrong with it.
@Suite struct UnderWayTests {
  /// Without the breaks of lines.
  private func flat(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  @Test func aMoveOfALivingRunIsNoDoubt() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let initial = program.folder.appending(path: "manifests/world/minimal.json")
    let world = try String(contentsOf: initial, encoding: .utf8).replacing("\"speed\": 60", with: "\"speed\": 0.5")
    try Data(world.utf8).write(to: initial)
    let running = try program.start(["--yes"])
    defer { running.kill(SIGKILL) }
    for _ in 0..<200 {
      if flat(try program.run("status").output).contains("is at work on it, running, step migrate") { break }
      usleep(50_000)
    }
    let who = "reconcile run (pid \(running.process.processIdentifier))"

    let status = try program.run("status")
    #expect(status.status == 0, "\(status)")
    #expect(flat(status.output).contains("\(who) is at work on it"), "\(status.output)")
    #expect(!status.output.contains("twice") && !status.output.contains("or died"), "\(status.output)")

    let plan = try program.run("--dry-run")
    #expect(plan.status == 0, "\(plan)")
    #expect(plan.output.contains("Under way (") && flat(plan.output).contains("\(who) moves it live from node2 to"), "\(plan.output)")
    #expect(!plan.output.contains("frozen") && !plan.errors.contains("of an earlier run"), "\(plan)")
    let explained = try program.run("explain", "web-2")
    #expect(flat(explained.output).contains("under way: \(who) moves it live from node2 to node"), "\(explained.output)")

    running.kill(SIGKILL)
    #expect(running.wait().killedBy == SIGKILL)
    let after = try program.run("status")
    #expect(after.status == 3 && !after.output.contains("is at work on it"), "nobody is any more: \(after)")
    let next = try program.run("--dry-run")
    #expect(next.status == 3 && next.output.contains("frozen"), "\(next)")
    #expect(next.errors.contains("web-2: a live move from node2 to"), "\(next)")
  }
}
