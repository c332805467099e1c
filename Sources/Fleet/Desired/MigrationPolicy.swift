/// How migrations are driven; the defaults are the built-in policy.
package struct MigrationPolicy: Sendable, Equatable, Codable {
  package enum Curve: String, Sendable, Codable, CaseIterable { case exponential, linear }
  package enum TimeoutAction: String, Sendable, Codable, CaseIterable { case abort, postCopy, suspend }
  package enum ShutdownTimeoutAction: String, Sendable, Codable, CaseIterable { case abort, powerOff }
  /// Who lets a migrated guest run at its destination: we, once its source is seen gone, or the hypervisor, at once.
  package enum Handover: String, Sendable, Codable, CaseIterable { case safe, fast }
  package enum Encryption: String, Sendable, Codable, CaseIterable { case required, preferred, off }

  /// Largest guest pause, raised in steps (nova `live_migration_downtime`, `_steps`, `_delay`).
  package struct Downtime: Sendable, Equatable, Codable {
    package var maximumMilliseconds: Int
    package var steps: Int
    /// Wait between steps for each GiB of guest.
    package var delayMillisecondsPerGiB: Int
    package var curve: Curve

    package init(
      maximumMilliseconds: Int = 500, steps: Int = 10, delayMillisecondsPerGiB: Int = 75_000, curve: Curve = .exponential
    ) {
      self.maximumMilliseconds = maximumMilliseconds
      self.steps = steps
      self.delayMillisecondsPerGiB = delayMillisecondsPerGiB
      self.curve = curve
    }
  }

  package struct ColdShutdown: Sendable, Equatable, Codable {
    package var timeoutMilliseconds: Int
    package var onTimeout: ShutdownTimeoutAction

    package init(timeoutMilliseconds: Int = 120_000, onTimeout: ShutdownTimeoutAction = .abort) {
      self.timeoutMilliseconds = timeoutMilliseconds
      self.onTimeout = onTimeout
    }
  }

  package var downtime = Downtime()
  /// 0 = none.
  package var completionTimeoutMillisecondsPerGiB = 800_000
  package var onTimeout = TimeoutAction.abort
  package var autoConverge = false
  package var postCopy = false
  /// 0 = the hypervisor's own.
  package var bandwidthBytesPerSecond = 0
  package var connections = 1
  package var compression = false
  package var encryption = Encryption.preferred
  package var coldShutdown = ColdShutdown()
  /// Nil: `safe`.
  package var handover: Handover?
  /// Memory that may be plugged in one day is charged as if it were; nil: it is not.
  package var reservesHotplugMemory: Bool?
  /// How long the source of a copied disk is kept.
  package var sourceRetentionMilliseconds = 86_400_000

  package init() {}
}
