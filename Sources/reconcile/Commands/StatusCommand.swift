import ArgumentParser
import Fleet
import Manifests
import Reconciler
import Reporting

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what is where, which hosts are EMPTY, and what is blocked, open or left over; contacts no host.",
    discussion: """
      It shows the last observation in the database against the manifests as they are now. Exit status: 0, or 3 if something is blocked, open, \
      missing, unknown, ambiguous, frozen, busy or backing off; 65 if the manifests are invalid; 4 if there is no usable database.
      """)

  @OptionGroup var fleet: FleetOptions

  @Option(help: "How to print: text or json.")
  var output = TextOrJSON.text

  func run() async throws {
    let (loaded, checked) = await ManifestSource.load(fleet.manifests)
    let keeper = try StateAccess.forReading(fleet.state)
    let errors = DiagnosticsReport.countLine(loaded.diagnostics, fileCount: loaded.fileCount)
    let invalid = checked == nil ? "\(errors); 'reconcile validate' lists them" : nil
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
    if !report.blocked.isEmpty || !report.notInSync.isEmpty || !report.openMoves.isEmpty {
      throw ExitCode(Reporting.ExitCode.somethingStands.rawValue)
    }
  }
}
