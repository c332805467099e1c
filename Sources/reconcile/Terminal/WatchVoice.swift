import Fleet
import Reconciler
import Reporting

/// What a watch has told already: a pass that does nothing and finds nothing new is one line.
actor WatchVoice {
  private struct Told: Equatable {
    var revision: String
    var blocked: [String]
    var notInSync: NotInSync
    var warnings: [String]

    init(_ plan: Plan) {
      revision = plan.revision
      blocked = plan.blocked.map(WatchVoice.lasting)
      notInSync = plan.notInSync
      warnings = plan.warnings.map(WatchVoice.lasting).sorted()
    }
  }

  /// What makes a blocked item the same one from pass to pass.
  static func lasting(_ item: BlockedItem) -> String {
    let about = [item.cell?.rawValue, item.host?.rawValue, item.instance?.rawValue, item.rule.map { "\($0)" }, item.reason.rawValue]
    return (about.compactMap { $0 } + [lasting(item.text)]).joined(separator: " ")
  }

  /// Without words that begin with a digit: ages, times and sizes change with each look, names do not.
  static func lasting(_ text: String) -> String {
    text.split(separator: " ").filter { word in word.first { $0.isLetter || $0.isNumber }?.isNumber != true }.joined(separator: " ")
  }

  private var told: Told?

  /// The line of a pass that did nothing; nil: there is something to be told in full, which is taken as told from now on.
  func idleLine(_ outcome: RunOutcome, _ plan: Plan) -> String? {
    let found = Told(plan)
    defer { told = found }
    guard plan.moves.isEmpty, plan.hostChanges == nil, outcome.moves.isEmpty, outcome.recovered.isEmpty, outcome.stopped == nil
    else { return nil }
    let isCalm = plan.blocked.isEmpty && plan.notInSync.isEmpty && plan.warnings.isEmpty
    guard isCalm || found == told else { return nil }
    let rest = outcome.exitCode == 0 ? "" : "; as before: \(outcome.exitMeaning)"
    return "\(outcome.endedAt) no moves, \(CountFormat.text(outcome.inSync, "instance")) in sync\(rest)"
  }

  /// A plan without moves is told with its end, or not at all.
  nonisolated static func isIdle(_ plan: Plan) -> Bool { plan.moves.isEmpty && plan.hostChanges == nil }
}
