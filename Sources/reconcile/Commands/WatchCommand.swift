import ArgumentParser
import Execution
import Fleet
import Manifests
import Reconciler
import Reporting

struct WatchCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Converge on a timer: a pass each interval until signalled, never two at once.",
    discussion: """
      The manifests are read anew for each pass, and again while moves wait. If they are invalid nothing new starts, what runs is watched to its \
      end, and 'reconcile status' says so. SIGINT or SIGTERM ends it after what runs; a second one leaves that running. SIGHUP begins the next \
      pass at once. Under systemd (Type=notify) it says that it is ready, what it does, and keeps the watchdog quiet while it lives.
      """)

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions
  @OptionGroup var planning: PlanningOptions

  @Option(help: ArgumentHelp("From the start of one pass to the start of the next, such as 60s (the default) or 5m.", valueName: "time"))
  var interval: Interval?

  @Option(
    name: .customLong("log-format"),
    help: "How to print: text (the default), or json: an object a line (docs/operations.md lists the events).")
  var givenLogFormat: Configuration.LogFormat?

  @Option(help: ArgumentHelp("Stop after this many passes.", valueName: "n"))
  var passes: Int?

  func validate() throws {
    guard interval.map({ Configuration.intervalMilliseconds.contains($0.milliseconds) }) ?? true else {
      throw ValidationError("--interval is from 1s to 24h.")
    }
    if let passes, passes < 1 { throw ValidationError("--passes takes a whole number from 1.") }
  }

  private var intervalMilliseconds: Int {
    Settings.current.value(interval?.milliseconds, \.intervalMilliseconds) ?? Configuration.intervalMillisecondsDefault
  }

  private var logFormat: Configuration.LogFormat { Settings.current.value(givenLogFormat, \.logFormat) ?? .text }

  /// They hold from the next pass on; what cannot be used changes nothing.
  private func reloadSettings(_ log: WatchLog) {
    do throws(Settings.Unusable) {
      Settings.putForNextPass(try common.readSettings())
      log.say(.settingsReloaded, "")
    } catch {
      log.say(.settingsRefused, "\(error.text)\nthe settings stay as they were", level: .error)
    }
  }

  func run() async throws {
    fleet.warn()
    let stop = StopSwitch()
    let log = WatchLog(format: logFormat)
    let service = ServiceManager.fromEnvironment()
    let passNow = PassNow()
    let signals = Signals(
      stop,
      hangUp: {
        service?.reloading()
        reloadSettings(log)
        service?.ready()
        passNow.ask()
      },
      first: {
        log.say(.stopping, "stopping after what runs (signal again to leave it running)")
        service?.stopping()
      })
    let watchdog = Task { await service?.keepWatchdogQuiet() }
    defer { watchdog.cancel() }
    let clock = SystemClock()
    let planner = FleetPlanner()
    // One for all passes: what a pass opens, the next one uses.
    let drivers = Drivers.standard(clock: clock)
    let notifications = PassNotifications(fleet: fleet, clock: clock) { log.say(.warning, Message.warning($0), level: .warning) }
    let isWantedNow: @Sendable () -> Bool = {
      service?.showLife()
      return passNow.take()
    }
    let watch = Watch(
      intervalMilliseconds: { intervalMilliseconds }, passesMax: passes, clock: clock, stop: stop, isWantedNow: isWantedNow
    ) {
      // What was asked for before a pass reads the manifests is answered by that pass.
      _ = passNow.take()
      if Settings.takeNext() {
        common.heedSettings()
        fleet.warn()
      }
      service?.ready()
      return await WatchedPass(
        fleet: fleet, planning: planning, stop: stop, clock: clock, planner: planner, drivers: drivers, log: log,
        notifications: notifications,
        service: service
      ).run()
    }
    log.say(.started, "")
    let exitCode = await watch.run()
    await notifications.finish(stop)
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
  let drivers: Drivers
  let log: WatchLog
  let notifications: PassNotifications
  let service: ServiceManager?

  func run() async -> Reporting.ExitCode {
    let checked: CheckedManifests
    switch await ManifestSource.load(fleet.manifests, fleet.manifestTrust) {
    case .checked(let manifests, _): checked = manifests
    case .invalid(let loaded): return await withoutManifests(loaded)
    case .unsettled(let text):
      await log.display().failed(Message.block("error: \(text)"), .passFailed)
      return .refused
    }
    let display = await log.display()
    let startedAt = clock.now()
    let watch = RevisionWatch(path: fleet.manifests, trust: fleet.manifestTrust, planned: checked)
    var pass = Pass(
      manifests: checked, options: planning.options(fleet), clock: clock, drivers: drivers, stop: stop,
      report: { event in
        await display.show(event)
        tell(event)
      }, objection: { await watch.objection() }, planner: planner)
    pass.looks = LookDisplay.teller
    do {
      let (result, exitCode) = try await Convergence(pass: pass, command: "reconcile watch").run()
      await display.finish(result, exitCode)
      await notifications.ended(result, exitCode, checked, startedAt: startedAt)
      service?.status(ended(result, exitCode))
      return exitCode
    } catch {
      await display.failed(Failure.text(error), .passFailed)
      await notifications.failed(error, checked)
      return .refused
    }
  }

  // MARK: what the service manager is told

  private func tell(_ event: PassEvent) {
    switch event {
    case .planned(let plan) where !plan.moves.isEmpty: service?.status("0 of \(CountFormat.text(plan.moves.count, "move"))")
    case .progress(let progress): service?.status("\(progress.ended) of \(CountFormat.text(progress.total, "move"))")
    default: service?.showLife()
    }
  }

  private func ended(_ result: PassResult, _ exitCode: Reporting.ExitCode) -> String {
    let outcome = result.outcome(startedAt: clock.now(), endedAt: clock.now(), exitCode)
    let moved = Set(outcome.moves.filter { $0.result == .succeeded }.map(\.instance)).count
    return "last pass moved \(moved == 0 ? "nothing" : CountFormat.text(moved, "instance")): \(outcome.exitMeaning)"
  }

  /// What earlier passes left running is still watched to its end, by the plan's own record of where it is.
  private func withoutManifests(_ loaded: LoadedManifests) async -> Reporting.ExitCode {
    let display = await log.display()
    let diagnostics = DiagnosticsReport.text(loaded.diagnostics, fileCount: loaded.fileCount)
    await display.failed("the manifests are invalid: nothing new starts\n\(diagnostics)", .manifestsInvalid)
    await notifications.manifestsInvalid(loaded)
    service?.status("the manifests are invalid: nothing new starts")
    do {
      try await InvalidManifestsPass(database: fleet.state, clock: clock).record()
    } catch {
      await display.failed(Failure.text(error), .passFailed)
    }
    return .manifestsInvalid
  }
}

/// A time on the command line: a whole number with s, m or h.
struct Interval: ExpressibleByArgument, Sendable {
  var seconds: Int

  init?(argument: String) {
    guard let unit = argument.last, let factor = ["s": 1, "m": 60, "h": 3600][unit], let count = Int(argument.dropLast()), count >= 0,
      count <= Configuration.intervalMilliseconds.upperBound / 1000
    else { return nil }
    seconds = count * factor
  }

  var milliseconds: Int { seconds * 1000 }
}
