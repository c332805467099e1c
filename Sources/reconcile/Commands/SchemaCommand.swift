import ArgumentParser
import Manifests
import Reporting

struct SchemaCommand: TakesCommonOptions {
  enum Subject: String, ExpressibleByArgument, CaseIterable { case manifest, plan, snapshot, status, history }

  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print a JSON Schema: of the manifests (for editors), a plan, a snapshot, a status or the history.")

  @OptionGroup(title: "Everywhere") var common: CommonOptions

  @Argument(help: "What to describe.")
  var subject = Subject.manifest

  func run() {
    switch subject {
    case .manifest: StandardStreams.print(ManifestSchema.json)
    case .plan: StandardStreams.print(ReportSchema.plan)
    case .snapshot: StandardStreams.print(ReportSchema.snapshot)
    case .status: StandardStreams.print(ReportSchema.status)
    case .history: StandardStreams.print(ReportSchema.history)
    }
  }
}
