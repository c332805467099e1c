/// Every limit of the state store, by name.
package enum StateLimits {
  /// Size of the database file, bytes; a write beyond it fails with `diskFull`.
  package static let databaseBytesMax = 64 << 30
  /// Wait for another process's write, milliseconds, before `busy`.
  package static let busyMillisecondsMax = 5_000
  /// Observations kept of each cell; the newest always is.
  package static let observationsMax = 1_000
  /// Age of the oldest observation kept, milliseconds.
  package static let observationAgeMillisecondsMax = 30 * 86_400_000
  /// Closed moves kept in the journal; an open one always is.
  package static let closedMovesMax = 10_000
  /// Age of the oldest closed move kept, milliseconds.
  package static let closedMoveAgeMillisecondsMax = 30 * 86_400_000
  package static let passesMax = 10_000
  package static let plansMax = 100
  /// Wait after the first failure of a move of an instance, milliseconds; doubles with each further one.
  package static let backOffMillisecondsMin = 20_000
  package static let backOffMillisecondsMax = 3_600_000
  /// Numbers taken from the database at once for move ids; those left over when the process ends are never used.
  package static let operationNumbersReserved = 64
  /// Characters of the holder's command kept in the lock file.
  package static let lockHolderCharactersMax = 200
  /// Bytes of the write-ahead log kept on disk after it was copied into the database.
  package static let logBytesMax = 64 << 20
  /// Times a read begins anew because another process changed the file meanwhile.
  package static let readAttemptsMax = 5
  /// Leases whose drawn tokens are remembered, so that marks left long ago are still known as ours.
  package static let runsMax = 10_000
  /// Wait after the first refused deletion of a kept disk, milliseconds; doubles with each further one.
  package static let keptDiskRetryMillisecondsMin = 600_000
  package static let keptDiskRetryMillisecondsMax = 86_400_000
  /// How long it is remembered that an instance could not be moved to a host, milliseconds.
  package static let failedPairMillisecondsMax = 7 * 86_400_000
  /// Leftovers of a host that are kept; what a host has beyond that is found again once these are gone.
  package static let leftoversPerHostMax = 1000
  /// Changes of hosts looked through for the newest of each.
  package static let hostChangesReadMax = 1000
  /// Different things that are counted for ever.
  package static let talliesMax = 10_000
  /// Notifications of which it is remembered that they were sent.
  package static let toldMax = 20_000
}
