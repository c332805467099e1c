import ArgumentParser
import Fleet
import Manifests
import Reconciler
import Reporting

struct StatusCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what is where, which hosts are EMPTY, and what is blocked, open or left over; contacts no host.",
    discussion: """
      It shows the last observation in the database against the manifests as they are now. Exit status: 0, or 3 if something is blocked, open, \
      missing, unknown, ambiguous, frozen, busy or backing off; 65 if the manifests are invalid; 4 if the database cannot be used. Before the \
      first pass it says so and exits 0.
      """)

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions

  @Option(name: .shortAndLong, help: "How to print: text or json.")
  var output = TextOrJSON.text

  func run() async throws {
    let checked: CheckedManifests?
    var invalid: String?
    switch await ManifestSource.load(fleet.manifests, fleet.manifestTrust) {
    case .checked(let manifests, _): checked = manifests
    case .invalid(let loaded):
      checked = nil
      let errors = DiagnosticsReport.countLine(loaded.diagnostics, fileCount: loaded.fileCount)
      invalid = "\(errors); 'reconcile validate' lists them"
    case .unsettled(let text): throw Failure.refused(Refusal.manifestsUnsettled(text))
    }
    // Before the first pass there is nothing to be read, and nothing wrong.
    let keeper = try StateAccess.forReadingIfThere(fleet.state)
    let report: StatusReport
    do {
      report = try await StatusBuilder(manifests: checked, invalid: invalid, now: SystemClock().now()).build(keeper)
    } catch {
      throw Failure.refused(error)
    }
    switch output {
    case .json: StandardStreams.print(report.json)
    case .text: StandardStreams.print(report.text(style: Terminal.style))
    }
    if checked == nil { throw ExitCode(Reporting.ExitCode.manifestsInvalid.rawValue) }
    if !report.blocked.isEmpty || !report.notInSync.isEmpty || report.openMoves.contains(where: { $0.by == nil }) {
      throw ExitCode(Reporting.ExitCode.somethingStands.rawValue)
    }
  }
}
