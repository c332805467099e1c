import ArgumentParser
import Manifests
import Reporting

struct SchemaCommand: TakesCommonOptions {
  enum Subject: String, ExpressibleByArgument, CaseIterable { case manifest, config, plan, snapshot, status, get, history }

  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract:
      "Print a JSON Schema: of the manifests or the configuration (for editors), a plan, a snapshot, a status, a list of 'get' or the history."
  )

  static let needsSettings = false

  @OptionGroup(title: "Everywhere") var common: CommonOptions

  @Argument(help: "What to describe.")
  var subject = Subject.manifest

  func run() {
    switch subject {
    case .manifest: StandardStreams.show(ManifestSchema.json)
    case .config: StandardStreams.show(ConfigurationSchema.json)
    case .plan: StandardStreams.show(ReportSchema.plan)
    case .snapshot: StandardStreams.show(ReportSchema.snapshot)
    case .status: StandardStreams.show(ReportSchema.status)
    case .get: StandardStreams.show(ReportSchema.get)
    case .history: StandardStreams.show(ReportSchema.history)
    }
  }
}
