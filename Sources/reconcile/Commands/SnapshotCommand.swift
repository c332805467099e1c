import ArgumentParser
import Fleet
import Reconciler
import Reporting

struct SnapshotCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Look at every host and print what was seen as JSON; 'reconcile --dry-run --snapshot FILE' plans from it.",
    discussion:
      "What earlier runs proved of storages is filled in from the database, if there is one. With the manifests it is a whole bug report. It holds names, sizes and states, never credentials."
  )

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
  var out: String?

  func run() async throws {
    let manifests = try await LoadedFleet.orExit(fleet, output: .text)
    var pass = Pass(
      manifests: manifests, options: PassOptions(manifests: fleet.manifests, database: fleet.state), clock: SystemClock(),
      drivers: .standard(clock: SystemClock()))
    pass.looks = LookDisplay.teller
    let observation: Observation
    do {
      observation = try await pass.look(try StateAccess.forPreview(fleet.state, fleet: manifests.fleet.name))
    } catch {
      throw Failure.refused(error)
    }
    let text: String
    do { text = try JSONText.encode(observation) } catch { preconditionFailure("an observation encodes: \(error)") }
    if let out { try OutputFile.write(text, to: out) } else { StandardStreams.show(text) }
    let silent = PassResult.unobservedCells(observation)
    for cell in silent { StandardStreams.printError(Message.warning("no host of cell \(cell) answered")) }
    if !silent.isEmpty { throw ExitCode(Reporting.ExitCode.migrationFailed.rawValue) }
  }
}
