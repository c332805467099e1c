import ArgumentParser

struct RunCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Converge once (the default command); --dry-run only shows the plan.",
    discussion: """
      Observes every host, compares with the manifests, plans the fewest migrations that bring the fleet where it belongs, and carries them \
      out. It shows the plan and asks first, on a terminal. Where it cannot ask (no terminal, or another --output than text) it does nothing \
      and exits 64, unless --yes is given. 'reconcile plan' is 'run --dry-run', 'reconcile apply FILE' is 'run --plan FILE'.
      """)

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions
  @OptionGroup var planning: PlanningOptions
  @OptionGroup(title: "A part of the plan") var part: ScopeOptions

  @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Show the plan, change nothing: only read-only calls, no lock.")
  var dryRun = false

  @OptionGroup(title: "With --dry-run") var preview: PreviewOptions

  @Option(name: .shortAndLong, help: "How to print: text, json or markdown.")
  var output = OutputFormat.text

  @Option(help: ArgumentHelp("Carry out exactly this saved plan, or refuse with exit 4.", valueName: "file"))
  var plan: String?

  @Flag(name: .shortAndLong, help: "Do not ask before carrying out the plan.")
  var yes = false

  func validate() throws {
    if preview.snapshot != nil, !dryRun {
      throw ValidationError("--snapshot needs --dry-run: nothing is carried out on an old observation.")
    }
    if preview.out != nil, !dryRun { throw ValidationError("--out needs --dry-run: save a plan first, carry it out with --plan later.") }
    try preview.refuse(part)
    if preview.detailedExitCode, !dryRun { throw ValidationError("--detailed-exitcode needs --dry-run.") }
    if plan != nil, dryRun { throw ValidationError("--plan carries a plan out; it cannot be combined with --dry-run.") }
    if plan != nil, planning.maxMoves != nil {
      throw ValidationError("--plan carries out exactly what was saved; --max-moves does not apply.")
    }
  }

  func run() async throws {
    if dryRun { return try await PlanPreview(fleet: fleet, planning: planning, part: part, preview: preview, output: output).run() }
    try await ConvergingRun(fleet: fleet, planning: planning, part: part, output: output, savedPlan: plan, yes: yes).run()
  }
}
