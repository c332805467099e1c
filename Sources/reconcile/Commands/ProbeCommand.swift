import ArgumentParser
import Fleet
import Hypervisor
import Reconciler
import Reporting

struct ProbeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Look at every host, prove which storages are shared, and store what was seen.",
    discussion: """
      Where a hypervisor does not say by itself which storages are one, a small token volume is made through one host's pool, looked for \
      through the pools of the others, and removed. It changes nothing else, and needs the lock like a run.
      """)

  @OptionGroup var fleet: FleetOptions

  func run() async throws {
    let manifests = try await LoadedFleet.orExit(fleet.manifests, output: .text)
    let clock = SystemClock()
    let pass = Pass(
      manifests: manifests, options: PassOptions(manifests: fleet.manifests, database: fleet.state), clock: clock,
      drivers: .standard(clock: clock))
    let observation: Observation
    let proofs: StorageProofUse?
    do {
      (observation, proofs) = try await pass.probe(command: "reconcile probe")
    } catch {
      throw Failure.refused(error)
    }
    StandardStreams.print(ProbeReport.text(observation, proofs: proofs, style: Terminal.style))
    if !PassResult.unobservedCells(observation).isEmpty { throw ExitCode(Reporting.ExitCode.migrationFailed.rawValue) }
  }
}
