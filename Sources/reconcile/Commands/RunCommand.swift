import ArgumentParser
import Fleet
import Reconciler
import Reporting
import StateStore

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Converge once (the default command); --dry-run only shows the plan.",
    discussion: """
      Observes every host, compares with the manifests, plans the fewest migrations that bring the fleet where it belongs, and carries them \
      out. On a terminal it shows the plan and asks first, unless --yes is given; without a terminal it goes ahead.
      """)

  @OptionGroup var fleet: FleetOptions
  @OptionGroup var planning: PlanningOptions

  @Flag(name: .customLong("dry-run"), help: "Show the plan, change nothing: only read-only calls, no lock.")
  var dryRun = false

  @Option(
    help: ArgumentHelp("With --dry-run: plan from this observation (see 'reconcile snapshot') instead of the hosts.", valueName: "file"))
  var snapshot: String?

  @Option(help: "How to print: text, json or markdown.")
  var output = OutputFormat.text

  @Flag(name: .customLong("detailed-exitcode"), help: "With --dry-run: exit 2 if moves are pending.")
  var detailedExitCode = false

  @Option(help: ArgumentHelp("With --dry-run: also write the plan, as JSON, to this file.", valueName: "file"))
  var out: String?

  @Option(help: ArgumentHelp("Carry out exactly this saved plan, or refuse with exit 4.", valueName: "file"))
  var plan: String?

  @Flag(help: "Do not ask before carrying out the plan.")
  var yes = false

  func validate() throws {
    if snapshot != nil, !dryRun { throw ValidationError("--snapshot needs --dry-run: nothing is carried out on an old observation.") }
    if out != nil, !dryRun { throw ValidationError("--out needs --dry-run: save a plan first, carry it out with --plan later.") }
    if detailedExitCode, !dryRun { throw ValidationError("--detailed-exitcode needs --dry-run.") }
    if plan != nil, dryRun { throw ValidationError("--plan carries a plan out; it cannot be combined with --dry-run.") }
    if plan != nil, planning.maxMoves != nil {
      throw ValidationError("--plan carries out exactly what was saved; --max-moves does not apply.")
    }
  }

  func run() async throws {
    let manifests = try await LoadedFleet.orExit(fleet.manifests, output: output)
    if dryRun { try await preview(manifests) } else { try await converge(manifests) }
  }

  // MARK: preview

  private func preview(_ manifests: CheckedManifests) async throws {
    let observation = try snapshot.map { try InputFile.read(Observation.self, from: $0, kind: "Observation") }
    let pass = Pass(
      manifests: manifests, options: planning.options(fleet), clock: SystemClock(), drivers: .standard(clock: SystemClock()),
      report: { event in if case .warning(let text) = event { StandardStreams.printError("warning: \(text)") } })
    let result: PassResult
    do {
      result = try await pass.preview(try StateAccess.forPreview(fleet.state, fleet: manifests.fleet.name), snapshot: observation)
    } catch {
      throw Failure.refused(error)
    }
    if let out { try OutputFile.write(PlanReport.json(result.plan), to: out) }
    StandardStreams.print(PlanText.render(result.plan, as: output))
    throw ExitCode(result.exitCode(detailed: detailedExitCode, dryRun: true).rawValue)
  }

  // MARK: converge

  private func converge(_ manifests: CheckedManifests) async throws {
    let saved = try plan.map { try InputFile.read(Plan.self, from: $0, kind: "Plan") }
    let display = RunDisplay(format: output)
    let stop = StopSwitch()
    let signals = Signals(stop) {
      StandardStreams.printError(
        "\nstopping: nothing more starts, what runs is watched to its end (signal again to leave it running: the next run takes it up)")
    }
    let clock = SystemClock()
    let watch = RevisionWatch(path: fleet.manifests, planned: manifests)
    let asks = !yes && Terminal.canAsk && output == .text
    let pass = Pass(
      manifests: manifests, options: planning.options(fleet), clock: clock, drivers: .standard(clock: clock), stop: stop,
      report: { await display.show($0) },
      confirm: { plan in !asks || Terminal.asksYes("Carry out \(Self.effects(of: plan))?") },
      objection: { await watch.objection() })
    do {
      let (result, exitCode) = try await Convergence(pass: pass, command: "reconcile run").run(savedPlan: saved)
      await display.finish(result, exitCode)
      withExtendedLifetime(signals) {}
      throw ExitCode(exitCode.rawValue)
    } catch let refusal as Refusal {
      await display.clear()
      throw Failure.refused(refusal)
    }
  }

  private static func effects(of plan: Plan) -> String {
    switch (plan.moves.count, plan.hostChanges?.count ?? 0) {
    case (1, _): "this move"
    case (0, 1): "this change of a host"
    case (0, let changes): "these \(changes) changes of hosts"
    case (let moves, _): "these \(moves) moves"
    }
  }
}
