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
      first pass it says so and exits 0. With --watch it is drawn anew on the terminal every so many seconds (2), until Ctrl-C, which exits 130.
      """)

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions

  @Option(name: .shortAndLong, help: "How to print: text or json.")
  var output = TextOrJSON.text

  @Flag(name: .shortAndLong, help: "Draw it anew every SECONDS, on a terminal.")
  var watch = false

  @Argument(help: ArgumentHelp("With --watch: from one look at the database to the next.", valueName: "seconds"))
  var seconds: Int?

  func validate() throws {
    guard watch else {
      if seconds != nil { throw ValidationError("A number of seconds goes with --watch.") }
      return
    }
    if output == .json { throw ValidationError("--watch draws for people; --output json prints once.") }
    guard (1...LiveStatus.secondsMax).contains(seconds ?? LiveStatus.secondsUsual) else {
      throw ValidationError("--watch takes from 1 to \(LiveStatus.secondsMax) seconds.")
    }
  }

  func run() async throws {
    if watch { return try await draw() }
    StateAccess.tell(fleet.state)
    let (report, areManifestsInvalid): (StatusReport, Bool)
    do { (report, areManifestsInvalid) = try await Self.look(fleet) } catch { throw Failure.refused(error) }
    switch output {
    case .json: StandardStreams.show(report.json)
    case .text: StandardStreams.show(report.text(style: Terminal.style))
    }
    if areManifestsInvalid { throw ExitCode(Reporting.ExitCode.manifestsInvalid.rawValue) }
    if !report.blocked.isEmpty || !report.notInSync.isEmpty || report.openMoves.contains(where: { $0.by == nil }) {
      throw ExitCode(Reporting.ExitCode.somethingStands.rawValue)
    }
  }

  private func draw() async throws {
    guard Terminal.isInteractive, Terminal.redraws else {
      throw Failure.usage(
        "--watch draws a terminal anew, and standard output is none on which that can be done",
        hint: "'reconcile status' prints once; --output json is for programs")
    }
    let fleet = fleet
    let live = LiveStatus(seconds: seconds ?? LiveStatus.secondsUsual) {
      do {
        let report = try await Self.look(fleet).report
        return { report.text(style: $0) }
      } catch {
        // A database that is being put in place, or manifests that are being pulled, can be read the next time.
        let text = Failure.text(error)
        return { _ in text }
      }
    }
    try await live.run()
  }

  private static func look(_ fleet: FleetOptions) async throws -> (report: StatusReport, areManifestsInvalid: Bool) {
    var checked: CheckedManifests?
    var invalid: String?
    switch await ManifestSource.load(fleet.manifests, fleet.manifestTrust) {
    case .checked(let manifests, _): checked = manifests
    case .invalid(let loaded):
      let errors = DiagnosticsReport.countLine(loaded.diagnostics, fileCount: loaded.fileCount)
      invalid = "\(errors); 'reconcile validate' lists them"
    case .unsettled(let text): throw Refusal.manifestsUnsettled(text)
    }
    // Before the first pass there is nothing to be read, and nothing wrong.
    let keeper = try StateAccess.readableIfThere(fleet.state)
    let report = try await StatusBuilder(manifests: checked, invalid: invalid, now: SystemClock().now()).build(keeper)
    return (report, checked == nil)
  }
}
