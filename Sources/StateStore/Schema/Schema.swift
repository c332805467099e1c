import GRDB

/// The versions of the database; one file of SQL each, never changed once released.
enum Schema {
  /// "RCNL": written into the file's header, so that a database of another program is recognised and left alone.
  static let applicationID = 0x5243_4E4C

  private static let versions: [(name: String, sql: String)] = [
    ("v1", schemaVersion1), ("v2", schemaVersion2), ("v3", schemaVersion3), ("v4", schemaVersion4),
    ("v5", schemaVersion5), ("v6", schemaVersion6), ("v7", schemaVersion7),
  ]

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (name, sql) in versions {
      migrator.registerMigration(name) { db in
        try db.execute(sql: sql)
        if name == "v1" { try db.execute(sql: "INSERT INTO identity (id, writer) VALUES (1, ?)", arguments: [randomWriter()]) }
      }
    }
    return migrator
  }

  /// Brings a database of ours up to date, each version in a transaction of its own.
  static func migrate(_ queue: DatabaseQueue) throws {
    do {
      try migrator.migrate(queue)
    } catch let error as DatabaseError where [.SQLITE_ERROR, .SQLITE_CONSTRAINT].contains(error.resultCode) {
      // Two processes may create the database at once; the second finds the tables made and has nothing left to do.
      guard try queue.read({ db in try migrator.hasCompletedMigrations(db) }) else { throw error }
    }
  }

  /// True if nothing was ever stored; throws `foreign` if another program's data is there.
  static func isEmpty(_ db: Database, path: String) throws -> Bool {
    let mark = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    if mark == applicationID { return false }
    let objects = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    if mark != 0 || objects > 0 { throw StateStoreError.foreign(path) }
    return true
  }

  static func requireNotNewer(_ db: Database, path: String) throws {
    guard try db.tableExists("grdb_migrations") else { return }
    let known = Set(versions.map(\.name))
    let unknown = try migrator.appliedIdentifiers(db).subtracting(known).sorted()
    guard unknown.isEmpty else {
      throw StateStoreError(
        .fromTheFuture,
        "\(path) was written by a newer reconcile: schema \(unknown.joined(separator: ", ")), this one knows up to \(versions.last!.name)",
        hint: "run that version or a later one, or restore a backup from before the upgrade")
    }
  }

  /// The newest version that a database has.
  static func newestApplied(_ db: Database) throws -> String? {
    let applied = try db.tableExists("grdb_migrations") ? try migrator.appliedIdentifiers(db) : []
    return versions.map(\.name).last(where: applied.contains)
  }

  static func isCurrent(_ db: Database) throws -> Bool { try migrator.hasCompletedMigrations(db) }

  private static func randomWriter() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(UInt32.random(in: 0...UInt32.max, using: &generator), radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }
}
