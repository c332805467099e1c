import ArgumentParser
import Fleet
import Manifests
import Reconciler
import Reporting

/// Manifests that passed all checks, or exit 65 after saying everything that is wrong.
enum LoadedFleet {
  static func orExit(_ fleet: FleetOptions, output: OutputFormat) async throws -> CheckedManifests {
    fleet.warn()
    switch await ManifestSource.load(fleet.manifests, fleet.manifestTrust) {
    case .checked(let checked, _):
      for warning in checked.warnings { StandardStreams.printError(Message.block("\(warning)")) }
      return checked
    case .invalid(let loaded):
      if output == .json {
        StandardStreams.print(DiagnosticsReport.json(loaded.diagnostics))
      } else {
        StandardStreams.printError(DiagnosticsReport.text(loaded.diagnostics, fileCount: loaded.fileCount))
      }
      throw ExitCode(65)
    case .unsettled(let text): throw Failure.refused(Refusal.manifestsUnsettled(text))
    }
  }
}
