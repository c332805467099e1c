/// What column generation found out about a problem.
package struct ColumnOutcome: Sendable {
  /// What proves `bound` or `infeasible`; nil: nothing beyond what is forced was proved.
  package var certificate: PriceCertificate?
  /// Least weight of any plan, moves that are forced included.
  package var bound = 0
  /// End host of every item, groups left out of account; nil: none found.
  package var target: [Int]?
  /// Weight of `target`.
  package var weight = 0
  /// No placement exists.
  package var infeasible = false
}
