import Fleet
import Manifests
import Planning
import Reconciler
import Reporting
import StateStore

/// Tells those whom the configuration names what a pass came to.
struct PassNotifications: Sendable {
  var fleet: FleetOptions
  var clock: SystemClock
  private let notifier: Notifier

  init(fleet: FleetOptions, clock: SystemClock, warn: @escaping @Sendable (String) -> Void) {
    self.fleet = fleet
    self.clock = clock
    notifier = Notifier(database: { fleet.state }, clock: clock, warn: warn)
  }

  private var targets: [NotificationTarget] { Settings.current.file.notify ?? [] }

  /// `startedAt`: of the pass.
  func ended(_ result: PassResult, _ exitCode: Reporting.ExitCode, _ manifests: CheckedManifests, startedAt: Timestamp) async {
    guard !targets.isEmpty else { return }
    var status: StatusReport?
    if let store = try? StateStore(path: fleet.state, access: .readOnly) {
      status = try? await StatusBuilder(manifests: manifests, now: clock.now()).build(StateKeeper(store))
    }
    let pass = NotificationFinder.Pass(
      result.outcome(startedAt: startedAt, endedAt: clock.now(), exitCode), revision: Self.revision(manifests),
      doubled: result.doubled.map(\.instance.name), isPart: result.plan.rest != nil)
    await notifier.tell(NotificationFinder.find(status, pass), targets)
  }

  /// Somebody else's pass that is at work is no failure of ours, and a person who is at hand has read what was refused.
  func failed(_ error: any Error, _ manifests: CheckedManifests) async {
    let refusal = error as? Refusal
    guard !targets.isEmpty, !["lock", "stalePlan", "declined"].contains(refusal?.kind) else { return }
    let notification = NotificationFinder.passFailed(
      fleet: manifests.fleet.name, revision: Self.revision(manifests), kind: refusal?.kind ?? "error", text: "\(error)", at: clock.now())
    await notifier.tell([notification], targets)
  }

  /// What no commit has is told apart by its contents.
  private static func revision(_ manifests: CheckedManifests) -> String {
    manifests.revision.hasSuffix("-dirty") ? "\(manifests.revision)-\(manifests.contentHash.prefix(16))" : manifests.revision
  }

  func manifestsInvalid(_ loaded: LoadedManifests) async {
    guard !targets.isEmpty else { return }
    let first = loaded.diagnostics.first { $0.severity == .error }
    let text = first.map { "\($0)" } ?? "\(loaded.errorCount) errors"
    let name = await bound() ?? "fleet"
    let notification = NotificationFinder.manifestsInvalid(
      fleet: name, revision: "content-\(loaded.contentHash.prefix(16))", text: text, at: clock.now())
    await notifier.tell([notification], targets)
  }

  /// The fleet that the database belongs to.
  private func bound() async -> String? {
    guard let store = try? StateStore(path: fleet.state, access: .readOnly) else { return nil }
    return try? await StateKeeper(store).call { try $0.passes(limit: 1).first?.fleet }
  }

  /// How long a process that ends waits for those whom it tells.
  static let finishMillisecondsMax = 30_000

  /// `stop`: pressed, it ends the wait.
  func finish(_ stop: StopSwitch) async {
    guard await notifier.finish(milliseconds: 1000) > 0 else { return }
    let names = await notifier.behind.joined(separator: ", ")
    StandardStreams.printNote(
      "telling \(names), which does not answer yet: at most \(Self.finishMillisecondsMax / 1000) s (Ctrl-C leaves it)")
    let waiting = await notifier.finish(milliseconds: Self.finishMillisecondsMax, isStopped: { stop.isPressed })
    guard waiting > 0 else { return }
    StandardStreams.printError(Message.warning("\(CountFormat.text(waiting, "notification")) to \(names) could not be sent"))
  }
}
