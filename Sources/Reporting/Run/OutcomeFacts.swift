/// All that an exit code depends on.
package struct OutcomeFacts: Sendable, Equatable {
  package var usage = false
  package var manifestsInvalid = false
  /// Lock, stale plan, too many moves or another writer.
  package var refused = false
  package var migrationFailed = false
  /// No host of some cell answered.
  package var cellUnobserved = false
  /// Something declared is blocked, missing, unknown, ambiguous, frozen, busy or backing off.
  package var somethingStands = false
  /// Only with `--dry-run --detailed-exitcode`.
  package var movesPending = false

  package init() {}
}
