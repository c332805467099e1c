package import Fleet

/// What the text of a plan depends on beside the plan.
package struct PlanContext: Sendable, Equatable {
  /// Moves listed in text; a longer plan says how many are left out.
  package static let movesShownMax = 500
  /// A plan of so many moves also says in a line how many leave and reach each host.
  package static let movesSummarisedMin = 12
  /// An observation older than this is called out.
  package static let staleAfterMilliseconds = 15 * 60_000

  package enum Purpose: Sendable {
    /// A dry run: says that nothing was changed and how to carry the plan out.
    case preview
    /// The plan of a run, about to be carried out.
    case run
  }

  package var purpose: Purpose
  /// For the age of the observation; nil: not told.
  package var now: Timestamp?
  package var movesShownMax: Int
  package var movesSummarisedMin = PlanContext.movesSummarisedMin

  package init(purpose: Purpose = .preview, now: Timestamp? = nil, movesShownMax: Int = PlanContext.movesShownMax) {
    self.purpose = purpose
    self.now = now
    self.movesShownMax = movesShownMax
  }
}
