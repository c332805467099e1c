import Fleet
import Manifests
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
    let outcome = result.outcome(startedAt: startedAt, endedAt: clock.now(), exitCode)
    do {
      let keeper = try StateAccess.forReadingIfThere(fleet.state)
      let status = try await StatusBuilder(manifests: manifests, now: clock.now()).build(keeper)
      await notifier.tell(NotificationFinder.find(status, outcome), targets)
    } catch {
      await failed(error, manifests)
    }
  }

  func failed(_ error: any Error, _ manifests: CheckedManifests) async {
    guard !targets.isEmpty else { return }
    let notification = NotificationFinder.passFailed(
      fleet: manifests.fleet.name, revision: manifests.revision, text: "\(error)", at: clock.now())
    await notifier.tell([notification], targets)
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
    guard let keeper = try? StateAccess.forReadingIfThere(fleet.state) else { return nil }
    return try? await keeper.call { try $0.passes(limit: 1).first?.fleet }
  }

  /// How long a process that ends waits for those whom it tells.
  static let finishMillisecondsMax = 30_000

  func finish() async {
    let waiting = await notifier.finish(milliseconds: Self.finishMillisecondsMax)
    guard waiting > 0 else { return }
    StandardStreams.printError(
      Message.warning("\(CountFormat.text(waiting, "notification")) could not be sent within \(Self.finishMillisecondsMax / 1000) s"))
  }
}
