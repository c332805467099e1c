import Fleet
import Reconciler
import Reporting

/// A plan that was saved with `--out`.
enum SavedPlan {
  /// To be carried out: as it was saved, or a refusal.
  static func toCarryOut(_ path: String) throws -> Plan {
    let saved = try read(path)
    switch PlanSeal.state(of: saved) {
    case .whole: return saved
    case .edited: throw Failure.refused(Refusal.stalePlan(["\(path) was edited since it was saved: make it anew with --dry-run --out"]))
    case .missing:
      let problem = "\(path) carries no digest, so that nobody knows whether it was edited: make it anew with --dry-run --out"
      throw Failure.refused(Refusal.stalePlan([problem]))
    }
  }

  static func read(_ path: String) throws -> Plan {
    let saved = try InputFile.read(Plan.self, from: path, kind: "Plan")
    if let problem = saved.numberOutOfRange {
      throw Failure.usage("\(path) is not a Plan: \(problem)", hint: "make it anew with --dry-run --out")
    }
    return saved
  }
}
