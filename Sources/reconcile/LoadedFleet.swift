import ArgumentParser
import Fleet
import Manifests
import Reconciler
import Reporting

/// Manifests that passed all checks, or exit 65 after saying everything that is wrong.
enum LoadedFleet {
  static func orExit(_ fleet: FleetOptions, output: OutputFormat) async throws -> CheckedManifests {
    fleet.warn()
    let begun = ContinuousClock.now
    switch await ManifestSource.load(fleet.manifests, fleet.manifestTrust) {
    case .checked(let checked, _):
      tell(checked, fleet.manifests, ContinuousClock.now - begun)
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

  /// With `--verbose`.
  static func tell(_ checked: CheckedManifests, _ folder: String, _ took: Duration) {
    let fleet = checked.fleet
    let counts = [
      CountFormat.text(fleet.cells.count, "cell"), CountFormat.text(fleet.hosts.count, "host"),
      CountFormat.text(fleet.instances.count, "instance"),
    ]
    let time = DurationFormat.text(milliseconds: Int(took / .milliseconds(1)))
    StandardStreams.printDetail(
      "manifests: \(folder), fleet \(fleet.name) at revision \(RevisionFormat.text(checked.revision)), \(CountFormat.list(counts)), in \(time)"
    )
  }
}
