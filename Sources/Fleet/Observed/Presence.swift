/// What one host shows of one instance, in enough detail to settle an intent in doubt.
package enum Presence: Sendable, Hashable, Codable {
  package enum OffReason: String, Sendable, Codable { case shutDown, destroyed, crashed, migrated, failed, unknown }
  package enum PauseReason: String, Sendable, Codable { case user, migration, ioError }

  case absent
  /// Not running; `defined`: a definition is there; `disabled`: we disabled it, so nothing starts it but us.
  case off(defined: Bool, disabled: Bool, reason: OffReason)
  case running
  case paused(PauseReason)
  /// The receiving half of a migration.
  case incoming
  case postCopySource
  case postCopyTarget(failed: Bool)
  case unreachable(reason: String)

  /// Executes the guest, or holds memory of it.
  package var isAlive: Bool {
    switch self {
    case .absent, .off, .unreachable: false
    case .running, .paused, .incoming, .postCopySource, .postCopyTarget: true
    }
  }

  package var isUnreachable: Bool { if case .unreachable = self { true } else { false } }
}
