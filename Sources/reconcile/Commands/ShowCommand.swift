import ArgumentParser
import Reconciler
import Reporting

struct ShowCommand: ParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a saved plan; neither manifests, database nor hosts are needed.")

  @Argument(help: ArgumentHelp("A plan saved with 'reconcile plan --out'.", valueName: "planfile"))
  var plan: String

  @OptionGroup(title: "Everywhere") var common: CommonOptions

  @Option(name: .shortAndLong, help: "How to print: text, json or markdown.")
  var output = OutputFormat.text

  func run() throws {
    let saved = try SavedPlan.read(plan)
    if PlanSeal.state(of: saved) != .whole {
      StandardStreams.printError(Message.warning("\(plan) was edited since it was saved, or carries no digest: it cannot be carried out"))
    }
    StandardStreams.show(PlanText.render(saved, as: output))
  }
}
