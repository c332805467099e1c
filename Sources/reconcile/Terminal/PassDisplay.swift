import Reconciler
import Reporting

/// Shows one pass as it goes.
protocol PassDisplay: Sendable {
  func show(_ event: PassEvent) async
  func finish(_ result: PassResult, _ exitCode: Reporting.ExitCode) async
  /// Instead of `finish`: the pass did nothing, or ended in its middle.
  func failed(_ text: String, _ event: LogEvent.Name) async
}
