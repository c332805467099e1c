import Foundation
import Testing

/// Nothing is carried out that nobody agreed to: who cannot be asked must have said `--yes`.
@Suite struct NobodyToAskTests {
  private func onTerminal(
    _ program: ReconcileProgram, _ command: String, typing answer: String = ""
  ) throws -> (status: Int, text: String) {
    let asked = PretendTerminal.Step(after: "[y/N]", type: answer + "\n")
    return try PretendTerminal(program, kind: "dumb").run(command, answer.isEmpty ? [] : [asked])
  }

  private func isUntouched(_ program: ReconcileProgram) throws -> Bool {
    try program.run("--dry-run", "--detailed-exitcode").status == 2
  }

  @Test(arguments: [[], ["--output", "json"], ["--output", "markdown"], ["run"], ["--plan", "plan.json"]])
  func withoutATerminalNothingIsDone(arguments: [String]) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    #expect(try program.run("--dry-run", "--out", "plan.json").status == 0)
    let ended = try program.start(arguments).wait()
    #expect(ended.status == 64, "\(ended)")
    #expect(ended.output == "")
    #expect(ended.errors.contains("error: nobody can be asked before the plan is carried out: "), "\(ended.errors)")
    #expect(ended.errors.contains("hint: --dry-run shows the plan; --yes carries it out without asking"))
    #expect(try isUntouched(program))
  }

  @Test(arguments: [
    ("reconcile | tee log", "standard output is no terminal"), ("echo n | reconcile", "standard input is no terminal"),
    ("echo y | reconcile", "standard input is no terminal"), ("reconcile --output json", "--output json is for programs"),
    ("reconcile --output markdown", "--output markdown is for programs"), ("reconcile </dev/null", "standard input is no terminal"),
  ])
  func aTerminalOnOneSideOnlyIsNobodyToAsk(command: String, why: String) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let ended = try onTerminal(program, "set -o pipefail; \(command)")
    #expect(ended.status == 64 && ended.text.contains(why), "\(ended)")
    #expect(try isUntouched(program))
  }

  @Test func whoIsAskedDecides() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let declined = try onTerminal(program, "reconcile", typing: "n")
    #expect(declined.status == 0 && declined.text.contains("Carry out these 2 moves? [y/N]"), "\(declined)")
    #expect(declined.text.contains("nothing was done"))
    #expect(try isUntouched(program))
    let agreed = try onTerminal(program, "reconcile", typing: "y")
    #expect(agreed.status == 0 && agreed.text.contains("2 succeeded."), "\(agreed)")
  }

  /// Three letters away from what was typed is no reason to name an option that takes a guard away.
  @Test(arguments: ["--celling", "--yess", "--ye", "--take-ove", "--max-move", "--allow-pat", "--allow-credential-path", "--ye s"])
  func aSlipIsNotAnsweredWithADangerousOption(option: String) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let ended = try program.run(option, "east")
    #expect(ended.status == 64 && ended.errors.contains("Unknown option '\(option)'"), "\(ended)")
    #expect(!ended.errors.contains("Did you mean"), "\(ended.errors)")
  }

  @Test func aHarmlessOptionIsStillSuggested() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let ended = try program.run("--dry-rum")
    #expect(ended.status == 64 && ended.errors.contains("Did you mean '--dry-run'?"), "\(ended)")
  }
}
