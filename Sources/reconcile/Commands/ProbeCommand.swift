import ArgumentParser
import Fleet
import Hypervisor
import Reconciler
import Reporting

struct ProbeCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Look at every host, prove which storages are shared, and store what was seen.",
    discussion: """
      Where a hypervisor does not say by itself which storages are one, a small token volume is made through one host's pool, looked for \
      through the pools of the others, and removed. It changes nothing else, and needs the lock like a run.
      """)

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions

  func run() async throws {
    let manifests = try await LoadedFleet.orExit(fleet, output: .text)
    let clock = SystemClock()
    var pass = Pass(
      manifests: manifests, options: PassOptions(manifests: fleet.manifests, database: fleet.state), clock: clock,
      drivers: .standard(clock: clock))
    pass.looks = LookDisplay.teller
    StateAccess.tell(fleet.state)
    let observation: Observation
    let proofs: StorageProofUse?
    let unmanaged: GuestsInNoManifest?
    do {
      (observation, proofs, unmanaged) = try await pass.probe(command: "reconcile probe")
    } catch {
      throw Failure.refused(error)
    }
    StandardStreams.show(ProbeReport.text(observation, proofs: proofs, unmanaged: unmanaged, style: Terminal.style))
    if !PassResult.unobservedCells(observation).isEmpty { throw ExitCode(Reporting.ExitCode.migrationFailed.rawValue) }
  }
}
