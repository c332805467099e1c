import ArgumentParser

struct ApplyCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Converge once, as 'run'; with PLANFILE carry out exactly that saved plan, or refuse with exit 4.",
    discussion: "It shows the plan and asks first. Where it cannot ask it does nothing and exits 64, unless --yes is given.")

  @Argument(help: ArgumentHelp("A plan saved with 'reconcile plan --out'.", valueName: "planfile"))
  var plan: String?

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions
  @OptionGroup var planning: PlanningOptions
  @OptionGroup(title: "A part of the plan") var part: ScopeOptions

  @Option(name: .shortAndLong, help: "How to print: text, json or markdown.")
  var output = OutputFormat.text

  @Flag(name: .shortAndLong, help: "Do not ask before carrying out the plan.")
  var yes = false

  func validate() throws {
    if plan != nil, planning.maxMoves != nil {
      throw ValidationError("A saved plan is carried out exactly as it was saved; --max-moves does not apply.")
    }
  }

  func run() async throws {
    try await ConvergingRun(fleet: fleet, planning: planning, part: part, output: output, savedPlan: plan, yes: yes).run()
  }
}
