import ArgumentParser
import Fleet
import Manifests
import Reconciler
import Reporting

struct ValidateCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check the manifests, all of them, without looking at any host; exit 65 if they are invalid.")

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions

  @Option(name: .shortAndLong, help: "How to print: text or json.")
  var output = TextOrJSON.text

  func run() async throws {
    fleet.warn()
    let loaded = await ManifestSource.check(fleet.manifests, fleet.manifestTrust)
    switch output {
    case .json: StandardStreams.show(DiagnosticsReport.json(loaded.diagnostics))
    case .text:
      let text = DiagnosticsReport.text(loaded.diagnostics, fileCount: loaded.fileCount)
      if loaded.fleet == nil { StandardStreams.printError(text) } else { StandardStreams.show(text) }
    }
    if loaded.fleet == nil { throw ExitCode(Reporting.ExitCode.manifestsInvalid.rawValue) }
  }
}
