import GRDB

/// The settings of a connection that durability rests on.
package struct Durability: Sendable, Equatable {
  /// `wal` for a file.
  package var journalMode: String
  /// 2 is FULL: a commit has reached the disk when it returns.
  package var synchronous: Int
  package var foreignKeys: Bool
  package var busyMilliseconds: Int
  package var applicationID: Int

  init(of db: Database) throws {
    journalMode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
    synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
    foreignKeys = try Bool.fetchOne(db, sql: "PRAGMA foreign_keys") ?? false
    busyMilliseconds = try Int.fetchOne(db, sql: "PRAGMA busy_timeout") ?? -1
    applicationID = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
  }
}
