import ArgumentParser
import Fleet
import Planning
import Reconciler
import Reporting

struct ExplainCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Say of an instance or a host what is declared, what is observed, what the plan does with it and why, and what would unblock it.",
    discussion: "NAME is a host, an instance, CELL/INSTANCE or a uuid. It looks at every host like a dry run and changes nothing.",
    aliases: ["describe"])

  @Argument(help: ArgumentHelp("A host, an instance, cell/instance or a uuid.", valueName: "name"))
  var name: String

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions
  @OptionGroup var planning: PlanningOptions

  @Option(help: ArgumentHelp("Use this observation (see 'reconcile snapshot') instead of the hosts.", valueName: "file"))
  var snapshot: String?

  @Option(name: .shortAndLong, help: "How to print: text or json.")
  var output = TextOrJSON.text

  func run() async throws {
    let manifests = try await LoadedFleet.orExit(fleet, output: output == .json ? .json : .text)
    let observation = try snapshot.map { try InputFile.read(Observation.self, from: $0, kind: "Observation") }
    var pass = Pass(
      manifests: manifests, options: planning.options(fleet), clock: SystemClock(), drivers: .standard(clock: SystemClock()))
    pass.looks = LookDisplay.teller
    let view: FleetView
    do {
      view = try await pass.view(try StateAccess.forPreview(fleet.state, fleet: manifests.fleet.name), snapshot: observation)
    } catch {
      throw Failure.refused(error)
    }
    switch ExplainBuilder(view).explain(name) {
    case .instance(let explanation):
      show(ExplainReport.json(explanation), ExplainReport.text(explanation, style: Terminal.style, now: view.input.now), view)
    case .host(let explanation):
      show(ExplainReport.json(explanation), ExplainReport.text(explanation, style: Terminal.style, now: view.input.now), view)
    case .unknown(let nearest):
      let hint = nearest.isEmpty ? "name a host, an instance, cell/instance or a uuid" : "did you mean \(nearest.joined(separator: ", "))?"
      throw Failure.usage("nothing is called '\(name)', neither declared nor seen", hint: hint)
    }
  }

  private func show(_ json: @autoclosure () -> String, _ text: @autoclosure () -> String, _ view: FleetView) {
    if output == .json { return StandardStreams.show(json()) }
    let proofs = view.storageProofs.map { "\n\(StorageProofFormat.text($0, now: view.input.now))\n" } ?? ""
    StandardStreams.show(text() + proofs)
  }
}
