import ArgumentParser
import Manifests
import Reporting

struct SchemaCommand: TakesCommonOptions {
  enum Subject: String, ExpressibleByArgument, CaseIterable { case manifest, config, plan, snapshot, status, history }

  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print a JSON Schema: of the manifests or the configuration (for editors), a plan, a snapshot, a status or the history.")

  static let needsSettings = false

  @OptionGroup(title: "Everywhere") var common: CommonOptions

  @Argument(help: "What to describe.")
  var subject = Subject.manifest

  func run() {
    switch subject {
    case .manifest: StandardStreams.print(ManifestSchema.json)
    case .config: StandardStreams.print(ConfigurationSchema.json)
    case .plan: StandardStreams.print(ReportSchema.plan)
    case .snapshot: StandardStreams.print(ReportSchema.snapshot)
    case .status: StandardStreams.print(ReportSchema.status)
    case .history: StandardStreams.print(ReportSchema.history)
    }
  }
}
