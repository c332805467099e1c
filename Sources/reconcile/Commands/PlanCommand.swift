import ArgumentParser

struct PlanCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show the plan and change nothing, as 'run --dry-run'; --out saves it for 'apply'.")

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions
  @OptionGroup var planning: PlanningOptions
  @OptionGroup(title: "A part of the plan") var part: ScopeOptions
  @OptionGroup var preview: PreviewOptions

  @Option(name: .shortAndLong, help: "How to print: text, json or markdown.")
  var output = OutputFormat.text

  func validate() throws { try preview.refuse(part) }

  func run() async throws { try await PlanPreview(fleet: fleet, planning: planning, part: part, preview: preview, output: output).run() }
}
