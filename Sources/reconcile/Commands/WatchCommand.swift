import ArgumentParser
import Execution
import Fleet
import Manifests
import Reconciler
import Reporting

struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Converge on a timer: a pass each interval until signalled, never two at once.",
    discussion: """
      The manifests are read anew for each pass, and again while moves wait. If they are invalid nothing new starts, what runs is watched to its \
      end, and 'reconcile status' says so. SIGINT or SIGTERM ends it after what runs; a second one leaves that running.
      """)

  static let intervalSecondsMax = 86_400

  @OptionGroup var fleet: FleetOptions
  @OptionGroup var planning: PlanningOptions

  @Option(help: ArgumentHelp("From the start of one pass to the start of the next, such as 60s or 5m.", valueName: "time"))
  var interval = Interval(seconds: 60)

  @Option(help: ArgumentHelp("Stop after this many passes.", valueName: "n"))
  var passes: Int?

  func validate() throws {
    guard (1...Self.intervalSecondsMax).contains(interval.seconds) else { throw ValidationError("--interval is from 1s to 24h.") }
    if let passes, passes < 1 { throw ValidationError("--passes takes a whole number from 1.") }
  }

  func run() async throws {
    let stop = StopSwitch()
    let signals = Signals(stop) { StandardStreams.printError("\nstopping after what runs (signal again to leave it running)") }
    let clock = SystemClock()
    let planner = FleetPlanner()
    let watch = Watch(intervalMilliseconds: interval.seconds * 1000, passesMax: passes, clock: clock, stop: stop) {
      await WatchedPass(fleet: fleet, planning: planning, stop: stop, clock: clock, planner: planner).run()
    }
    let exitCode = await watch.run()
    withExtendedLifetime(signals) {}
    throw ExitCode(exitCode.rawValue)
  }
}

/// One pass of a watch; every outcome becomes lines and an exit code, none ends the watch.
private struct WatchedPass: Sendable {
  let fleet: FleetOptions
  let planning: PlanningOptions
  let stop: StopSwitch
  let clock: SystemClock
  let planner: FleetPlanner

  func run() async -> Reporting.ExitCode {
    let (loaded, checked) = await ManifestSource.load(fleet.manifests)
    guard let checked else { return await withoutManifests(DiagnosticsReport.text(loaded.diagnostics, fileCount: loaded.fileCount)) }
    let display = RunDisplay(format: .text)
    let watch = RevisionWatch(path: fleet.manifests, planned: checked)
    let pass = Pass(
      manifests: checked, options: planning.options(fleet), clock: clock, drivers: .standard(clock: clock), stop: stop,
      report: { await display.show($0) }, objection: { await watch.objection() }, planner: planner)
    do {
      let (result, exitCode) = try await Convergence(pass: pass, command: "reconcile watch").run()
      await display.finish(result, exitCode)
      return exitCode
    } catch {
      await display.clear()
      StandardStreams.printError("\(clock.now()) error: \(error)")
      return .refused
    }
  }

  /// What earlier passes left running is still watched to its end, by the plan's own record of where it is.
  private func withoutManifests(_ diagnostics: String) async -> Reporting.ExitCode {
    StandardStreams.printError("\(clock.now()) the manifests are invalid: nothing new starts\n\(diagnostics)")
    do {
      try await InvalidManifestsPass(database: fleet.state, clock: clock).record()
    } catch {
      StandardStreams.printError("\(clock.now()) error: \(error)")
    }
    return .manifestsInvalid
  }
}

/// A time on the command line: a whole number with s, m or h.
struct Interval: ExpressibleByArgument, Sendable {
  var seconds: Int

  init(seconds: Int) { self.seconds = seconds }

  init?(argument: String) {
    guard let unit = argument.last, let factor = ["s": 1, "m": 60, "h": 3600][unit], let count = Int(argument.dropLast()), count >= 0,
      count <= WatchCommand.intervalSecondsMax
    else { return nil }
    seconds = count * factor
  }

  var defaultValueDescription: String { "\(seconds)s" }
}
