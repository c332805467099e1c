import ArgumentParser
import Fleet
import Reconciler
import Reporting

/// Plans, asks, and carries the plan out; or carries out a saved one.
struct ConvergingRun {
  var fleet: FleetOptions
  var planning: PlanningOptions
  var part: ScopeOptions
  var output: OutputFormat
  /// A saved plan, to be carried out exactly.
  var savedPlan: String?
  var yes: Bool

  func run() async throws {
    if let reason = whyNobodyIsAsked, !yes {
      throw Failure.usage(
        "nobody can be asked before the plan is carried out: \(reason)",
        hint: "--dry-run shows the plan; --yes carries it out without asking")
    }
    try await converge(try await LoadedFleet.orExit(fleet, output: output))
  }

  /// Nobody who cannot say no is taken to have said yes.
  private var whyNobodyIsAsked: String? {
    guard output == .text else { return "--output \(output.rawValue) is for programs" }
    return Terminal.notATerminal.map { "\($0) is no terminal" }
  }

  private func converge(_ manifests: CheckedManifests) async throws {
    StateAccess.tell(fleet.state)
    let saved = try savedPlan.map(SavedPlan.toCarryOut)
    let display = RunDisplay(format: output, asks: !yes)
    let stop = StopSwitch()
    let signals = Signals(stop) {
      StandardStreams.printError(
        "\nstopping: nothing more starts, what runs is watched to its end (signal again to leave it running: the next run takes it up)")
    }
    let clock = SystemClock()
    let watch = RevisionWatch(path: fleet.manifests, trust: fleet.manifestTrust, planned: manifests)
    var pass = Pass(
      manifests: manifests, options: try planning.options(fleet, part.scope(in: manifests.fleet)), clock: clock,
      drivers: .standard(clock: clock), stop: stop,
      report: { await display.show($0) },
      confirm: { [yes] plan in yes || Terminal.asksYes("Carry out \(Self.effects(of: plan))?") },
      objection: { await watch.objection() })
    pass.looks = LookDisplay.teller
    pass.confirmRecovery = { [yes] lines in yes || Terminal.asksYes("Settle \(lines.count == 1 ? "that move" : "those moves") first?") }
    let notifications = PassNotifications(fleet: fleet, clock: clock) { StandardStreams.printError(Message.warning($0)) }
    let startedAt = clock.now()
    do {
      let (result, exitCode) = try await Convergence(pass: pass, command: "reconcile run").run(savedPlan: saved)
      await display.finish(result, exitCode)
      await notifications.ended(result, exitCode, manifests, startedAt: startedAt)
      await notifications.finish(stop)
      withExtendedLifetime(signals) {}
      throw ExitCode(exitCode.rawValue)
    } catch let ended as ExitCode {
      throw ended
    } catch {
      await display.breakOff()
      // Who was to be asked is at hand, and reads it below.
      if yes { await notifications.failed(error, manifests) }
      await notifications.finish(stop)
      throw Failure.refused(error)
    }
  }

  private static func effects(of plan: Plan) -> String {
    switch (plan.moves.count, plan.hostChanges?.count ?? 0) {
    case (1, _): "this move"
    case (0, 1): "this change of a host"
    case (0, let changes): "these \(changes) changes of hosts"
    case (let moves, _): "these \(moves) moves"
    }
  }
}
