import Foundation
import Testing

/// What a user meets on the command line, with the real program: exact messages and exit codes.
@Suite struct CommandLineTests {
  @Test func minimalExampleConvergesAndStaysInSync() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let pending = try program.run("--dry-run", "--detailed-exitcode")
    #expect(pending.status == 2)
    #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "state").path), "a dry run makes nothing")
    #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "manifests/state").path), "a dry run makes nothing")
    let first = try program.run("--yes")
    #expect(first.status == 0, "\(first.output)\(first.errors)")
    #expect(first.output.contains("2 moves: 2 succeeded"))
    let second = try program.run("--yes")
    #expect(second.status == 0)
    #expect(second.output.contains("In sync: 6 instances, nothing to do."))
    #expect(try program.run("--dry-run", "--detailed-exitcode").status == 0)
  }

  @Test func exampleFleetConvergesExceptWhatIsBlocked() throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    let first = try program.run("--yes", "--output", "json")
    #expect(first.status == 3, "\(first.errors)")
    let outcome = try #require(try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
    let moves = try #require(outcome["moves"] as? [[String: Any]])
    #expect(moves.count == 11)
    #expect(moves.allSatisfy { $0["result"] as? String == "succeeded" })
    #expect(Set(moves.compactMap { $0["mode"] as? String }) == ["live", "block", "cold", "offline"])
    let second = try program.run("--yes")
    #expect(second.status == 3)
    #expect(second.output.contains("no moves, 62 instances in sync"))
    #expect(second.output.contains("license-1 on hv3: needs consent to a reboot"))
    let plan = try program.run("--dry-run", "--output", "json")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [String: Any])
    #expect((json["moves"] as? [Any])?.isEmpty == true)
    #expect(plan.status == 3)
  }

  @Test(arguments: [
    (["--no-such-option"], 64, "Error: Unknown option '--no-such-option'"),
    (["--snapshot", "x.json"], 64, "--snapshot needs --dry-run"),
    (["--plan", "p.json", "--dry-run"], 64, "--plan carries a plan out; it cannot be combined with --dry-run."),
    (["--manifests", "nowhere", "--yes"], 65, "error: there is no folder 'nowhere'"),
    (["validate", "--manifests", "nowhere"], 65, "error: there is no folder 'nowhere'"),
    (["--dry-run", "--snapshot", "nowhere.json"], 64, "error: nowhere.json: No such file or directory"),
    (["--plan", "manifests/fleet.yaml", "--yes"], 64, "error: manifests/fleet.yaml is not a Plan"),
    (["explain", "web-9"], 64, "error: "),
    (["watch", "--interval", "60"], 64, "The value '60' is invalid for '--interval <time>'"),
    (["--output", "xml"], 64, "The value 'xml' is invalid for '--output <output>'"),
  ])
  func wrongUseIsNamed(arguments: [String], status: Int, message: String) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let ended = try program.start(arguments).wait()
    #expect(ended.status == status, "\(ended.errors)")
    #expect(ended.errors.contains(message), "\(ended.errors)")
    #expect(ended.output == "")
  }

  @Test(arguments: ["manifest", "plan", "snapshot", "status", "get", "history"])
  func schemasAreJSON(subject: String) throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    let ended = try program.run("schema", subject)
    #expect(ended.status == 0)
    let schema = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionNamesTheCommands(shell: String) throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    let ended = try program.run("completion", shell)
    #expect(ended.status == 0)
    #expect(ended.output.contains("dry-run") && ended.output.contains("explain"))
  }

  @Test func snapshotReplaysToTheSamePlan() throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    #expect(try program.run("snapshot", "-o", "seen.json").status == 0)
    let live = try program.run("--dry-run", "--output", "json")
    let replayed = try program.run("--dry-run", "--output", "json", "--snapshot", "seen.json")
    #expect(replayed.status == live.status)
    #expect(withoutTimes(replayed.output) == withoutTimes(live.output))
  }

  /// The digest covers the time of observation.
  private func withoutTimes(_ plan: String) -> [Substring] {
    plan.split(separator: "\n").filter { !$0.contains("\"observedAt\"") && !$0.contains("\"digest\"") }
  }

  @Test func aClosedStandardOutputStopsNothing() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", "\"$0\" --yes >&- 2>errors.txt", ReconcileProgram.executable.path]
    shell.currentDirectoryURL = program.folder
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    #expect(try program.run("--dry-run", "--detailed-exitcode").status == 0, "it converged although nobody listened")
    let piped = Process()
    piped.executableURL = URL(filePath: "/bin/bash")
    piped.arguments = ["-c", "set -o pipefail; \"$0\" --dry-run | head -1 >/dev/null", ReconcileProgram.executable.path]
    piped.currentDirectoryURL = program.folder
    try piped.run()
    piped.waitUntilExit()
    #expect(piped.terminationStatus == 0)
  }
}
