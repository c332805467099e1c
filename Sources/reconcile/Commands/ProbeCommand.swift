import ArgumentParser
import Fleet
import Hypervisor
import Reconciler
import Reporting

struct ProbeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Look at every host, say which answer and which storages are proved shared, and store it.",
    discussion: "Simulated storages carry their proof with them, so for simulated cells nothing is written to any host.")

  @OptionGroup var fleet: FleetOptions

  func run() async throws {
    let manifests = try await LoadedFleet.orExit(fleet.manifests, output: .text)
    let clock = SystemClock()
    let pass = Pass(
      manifests: manifests, options: PassOptions(manifests: fleet.manifests, database: fleet.state), clock: clock,
      drivers: .standard(clock: clock))
    let observation: Observation
    do {
      observation = try await pass.probe(command: "reconcile probe")
    } catch {
      throw Failure.refused(error)
    }
    for cell in observation.cells {
      for host in cell.hosts {
        let state = host.reachable ? "answers" : "DOES NOT ANSWER: \(host.unreachableReason ?? "no reason given")"
        let storages = host.storages.map { "\($0.id) \($0.shared == true ? "shared" : ($0.shared == false ? "local" : "not proved"))" }
        StandardStreams.print("\(cell.name) \(host.name): \(state)" + (storages.isEmpty ? "" : "; " + storages.joined(separator: ", ")))
      }
    }
    if !PassResult.unobservedCells(observation).isEmpty { throw ExitCode(Reporting.ExitCode.migrationFailed.rawValue) }
  }
}
