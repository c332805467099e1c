/// The planner contradicted itself about one cell: a mistake of ours, never of the operator's.
///
/// It is that cell's failure; a trap would end a watcher and take the plans of all other cells with it.
package struct PlannerFailure: Error, Equatable {
  package var text: String

  package init(text: String) { self.text = text }
}
