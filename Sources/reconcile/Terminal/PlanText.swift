import Fleet
import Reconciler
import Reporting

/// A plan as a command prints it.
enum PlanText {
  static func render(_ plan: Plan, as format: OutputFormat, purpose: PlanContext.Purpose = .preview) -> String {
    switch format {
    case .text:
      return PlanReport.text(plan, style: Terminal.style, context: PlanContext(purpose: purpose, now: SystemClock().now()))
    case .json: return PlanReport.json(plan)
    case .markdown: return PlanReport.markdown(plan)
    }
  }
}
