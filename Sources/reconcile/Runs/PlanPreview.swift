import ArgumentParser
import Fleet
import Reconciler
import Reporting

/// Plans and shows the plan; changes nothing.
struct PlanPreview {
  var fleet: FleetOptions
  var planning: PlanningOptions
  var part: ScopeOptions
  var preview: PreviewOptions
  var output: OutputFormat

  func run() async throws {
    let manifests = try await LoadedFleet.orExit(fleet, output: output)
    let observation = try preview.snapshot.map { try InputFile.read(Observation.self, from: $0, kind: "Observation") }
    var pass = Pass(
      manifests: manifests, options: try planning.options(fleet, part.scope(in: manifests.fleet)), clock: SystemClock(),
      drivers: .standard(clock: SystemClock()),
      report: { event in
        switch event {
        case .warning(let text): StandardStreams.printError(Message.warning(text))
        case .note(let text): StandardStreams.printNote(text)
        default: break
        }
      })
    pass.looks = LookDisplay.teller
    let result: PassResult
    do {
      result = try await pass.preview(try StateAccess.forPreview(fleet.state, fleet: manifests.fleet.name), snapshot: observation)
    } catch {
      throw Failure.refused(error)
    }
    if let out = preview.out { try OutputFile.write(PlanReport.json(result.plan), to: out) }
    StandardStreams.show(PlanText.render(result.plan, as: output))
    throw ExitCode(result.exitCode(detailed: preview.detailedExitCode, dryRun: true).rawValue)
  }
}
