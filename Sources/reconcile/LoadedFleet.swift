import ArgumentParser
import Fleet
import Manifests
import Reconciler
import Reporting

/// Manifests that passed all checks, or exit 65 after saying everything that is wrong.
enum LoadedFleet {
  static func orExit(_ path: String, output: OutputFormat) async throws -> CheckedManifests {
    let (loaded, checked) = await ManifestSource.load(path)
    guard let checked else {
      if output == .json {
        StandardStreams.print(DiagnosticsReport.json(loaded.diagnostics))
      } else {
        StandardStreams.printError(DiagnosticsReport.text(loaded.diagnostics, fileCount: loaded.fileCount))
      }
      throw ExitCode(65)
    }
    for warning in checked.warnings { StandardStreams.printError("\(warning)") }
    return checked
  }
}
