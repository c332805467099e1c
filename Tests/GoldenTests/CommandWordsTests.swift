import Foundation
import Testing

/// Commands and options as hands know them from other tools.
@Suite struct CommandWordsTests {
  private static let commands = [
    "run", "plan", "apply", "show", "watch", "validate", "status", "get", "history", "metrics", "explain", "snapshot", "probe", "config",
    "schema",
    "completion",
    "version",
  ]

  /// Where `-o` is a file, as in `snapshot -o`, there is no choice of formats.
  @Test(arguments: commands) func everyCommandTakesTheCommonOptions(command: String) throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    let help = try program.run(command, "--help").output
    for option in ["-C, --directory", "--config", "--color", "-q, --quiet", "-v, --verbose", "--no-pager", "-h, --help"] {
      #expect(help.contains(option), "\(command): \(option)")
    }
    if help.contains("--output") { #expect(help.contains("-o, --output"), "\(command)") }
    if help.contains("--manifests") { #expect(help.contains("-f, --manifests"), "\(command)") }
    if help.contains("--yes") { #expect(help.contains("-y, --yes"), "\(command)") }
    if help.contains("--dry-run") && command == "run" { #expect(help.contains("-n, --dry-run"), "\(command)") }
  }

  @Test(arguments: [
    ("cordon", "maintenance: true"), ("migrate", "placement"), ("list", "reconcile get instances"),
    ("sync", "'reconcile' without a command"),
    ("staus", "did you mean 'status'?"), ("plna", "did you mean 'plan'?"), ("frobnicate", "commands: run, plan"), ("yes", "commands: run"),
  ])
  func aWordThatIsNoCommandIsAnswered(word: String, advice: String) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    for arguments in [[word, "hv1"], ["-q", word], ["-C", ".", word], ["-v", "--no-pager", word]] {
      let ended = try program.start(arguments).wait()
      #expect(ended.status == 64 && ended.output == "", "\(ended)")
      #expect(ended.errors.contains("'\(word)' is no command of reconcile") && ended.errors.contains(advice), "\(ended.errors)")
      #expect(!ended.errors.contains("'--yes'"), "\(ended.errors)")
    }
  }

  @Test func aPlanIsSavedShownAndApplied() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let plan = try program.run("plan", "--out", "p.json")
    let previewed = try program.run("-n").output
    #expect(plan.status == 0 && plan.output == previewed, "plan is run --dry-run: \(plan)")
    let shown = try program.run("show", "p.json")
    #expect(shown.status == 0 && shown.output.contains("Moves (2)"), "\(shown)")
    let asked = try program.run("apply", "p.json")
    #expect(asked.status == 64 && asked.errors.contains("nobody can be asked"), "\(asked)")
    let applied = try program.run("apply", "-y", "p.json")
    #expect(applied.status == 0 && applied.output.contains("2 moves: 2 succeeded"), "\(applied)")
    #expect(try program.run("describe", "web-2").output == program.run("explain", "web-2").output)
    #expect(try program.run("apply", "-y").output.contains("In sync"))
  }

  @Test func anEditedPlanIsShownWithAWarning() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    _ = try program.run("plan", "--out", "p.json", "-q")
    let file = program.folder.appending(path: "p.json")
    let edited = try String(contentsOf: file, encoding: .utf8).replacing("\"minimal\"", with: "\"other\"", maxReplacements: 1)
    try Data(edited.utf8).write(to: file)
    let shown = try program.run("show", "p.json")
    #expect(shown.status == 0 && shown.errors.contains("warning: p.json was edited since it was saved"), "\(shown)")
  }

  @Test func optionsMayStandBeforeTheCommand() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let elsewhere = try ReconcileProgram()
    defer { elsewhere.remove() }
    let here = try program.run("plan", "-o", "json")
    let there = try elsewhere.run("-C", program.folder.path, "plan", "-o", "json")
    #expect(there.status == 0 && there.output.contains("\"moves\"") && here.status == 0, "\(there)")
    let nowhere = try elsewhere.run("-C", "nowhere", "plan")
    #expect(nowhere.status == 64 && nowhere.errors.contains("nowhere: No such file or directory"), "\(nowhere)")
  }

  @Test(
    arguments: [
      (["--color", "always"], [:], true), (["--color", "auto"], [:], false), ([], ["CLICOLOR_FORCE": "1"], true),
      ([], ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false), (["--color", "never"], ["CLICOLOR_FORCE": "1"], false),
    ] as [([String], [String: String], Bool)])
  func colourIsAsAsked(arguments: [String], environment: [String: String], isColoured: Bool) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let ended = try program.start(["plan"] + arguments, environment: environment).wait()
    #expect(ended.output.contains("\u{1B}[") == isColoured, "\(ended.output.prefix(200).debugDescription)")
  }

  @Test func theHistoryIsSearched() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    #expect(try program.run("--yes").status == 0)
    let host = try program.run("history", "--moves", "--host", "node2", "--since", "1h")
    #expect(host.status == 0 && host.output.contains("Moves (2)") && !host.output.contains("Passes"), "\(host)")
    #expect(try program.run("history", "--instance", "web-2", "-o", "json").output.contains("\"web-2\""))
    #expect(try program.run("history", "--failed").output.contains("Nothing that is recorded fits."))
    #expect(try program.run("history", "--since", "2026-01-01T00:00:00Z").output.contains("Passes (1)"))
    #expect(try program.run("history", "--since", "yesterday").status == 64)
  }

  @Test func anIdlePassOfAWatchIsOneLine() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let calm = try program.run("watch", "--passes", "3", "--interval", "1s")
    #expect(calm.status == 0, "\(calm)")
    let lines = calm.output.split(separator: "\n")
    #expect(lines.suffix(2).allSatisfy { $0.hasSuffix(" no moves, 6 instances in sync") }, "\(calm.output)")
    #expect(calm.output.components(separatedBy: "Plan for fleet").count == 2, "the plan that was carried out, once")
    // What stands is told once; then that it stands still.
    let hosts = program.folder.appending(path: "manifests/instances.yaml")
    let more = "\n---\napiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: lost-1}\n"
    try Data((String(contentsOf: hosts, encoding: .utf8) + more).utf8).write(to: hosts)
    let standing = try program.run("watch", "--passes", "3", "--interval", "1s")
    #expect(standing.status == 3, "\(standing)")
    #expect(standing.output.components(separatedBy: "lost-1 - no host shows it").count <= 3, "\(standing.output)")
    let ends = standing.output.split(separator: "\n").suffix(2)
    #expect(ends.allSatisfy { $0.hasSuffix(" no moves, 6 instances in sync; as before: 1 in question") }, "\(standing.output)")
  }

  @Test func theVersionIsOne() throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    let version = try program.run("--version").output
    #expect(try program.run("-V").output == version)
    #expect(try program.run("version").output == "reconcile \(version)")
    #expect(try program.run("version", "-o", "json").output.contains("\"version\": \"\(version.dropLast())\""))
  }

  /// The fleet is planned whole; what is outside of the scope is not carried out, and is said.
  @Test func aPartOfThePlanIsCarriedOut() throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    let whole = try program.run("plan")
    #expect(whole.status == 3 && whole.output.contains("Moves (11)"), "\(whole)")
    let plan = try program.run("plan", "--cell", "west")
    #expect(plan.status == 0 && plan.output.contains("Moves (1)"), "what is blocked is outside: \(plan)")
    #expect(plan.output.contains("Only cell west; outside of it and left as it is: 10 moves, 1 blocked."), "\(plan)")
    let run = try program.run("--yes", "--cell", "west")
    #expect(run.status == 0 && run.output.contains("1 move: 1 succeeded"), "\(run)")
    #expect(try program.run("plan").output.contains("Moves (10)"))
    let host = try program.run("plan", "--host", "hv1", "--host", "hv2")
    #expect(host.output.contains("Only hosts hv1 or hv2;") && host.output.contains("Proof of the whole plan: minimal"), "\(host)")
    #expect(try program.run("history").output.contains("only cell west, 10 moves outside of it"))
    // What is refused of a whole cell is refused of each part of it.
    let tooMany = try program.run("--yes", "--max-moves", "1", "--host", "hv3")
    #expect(tooMany.status == 4 && tooMany.errors.contains("moves"), "\(tooMany)")
    let both = try program.run("plan", "--host", "hv3", "--cell", "west")
    #expect(both.status == 0 && both.output.contains("no moves"), "of each kind one must fit: \(both)")
    for (arguments, words) in [
      (["plan", "--host", "hv33"], "no manifest names the host 'hv33'"),
      (["--yes", "--instance", "nobody"], "no manifest names the instance"),
      (["plan", "--cell", "west", "--out", "p.json"], "--out saves the whole plan"),
    ] {
      let refused = try program.start(arguments).wait()
      #expect(refused.status == 64 && refused.errors.contains(words) && refused.output == "", "\(refused)")
    }
    #expect(try program.run("plan", "--out", "p.json").status == 3)
    let applied = try program.run("apply", "p.json", "-y", "--instance", "ldap-1")
    #expect(applied.output.contains("1 move: 1 succeeded"), "\(applied)")
    try program.write(try program.run("plan", "--host", "hv3", "-o", "json").output, to: "part.json")
    let part = try program.run("apply", "part.json", "-y")
    #expect(part.status == 4 && part.errors.contains("it is a part of a plan (host hv3)"), "\(part)")
  }
}
