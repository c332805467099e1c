import GRDB

/// The one connection of a store.
///
/// A `DatabaseQueue` and not a pool: one pass writes and reads in turn, in one thread, so a pool's reader connections would only cost
/// memory and file handles; other processes read at the same time all the same, because the file is in WAL mode.
enum Connection: Sendable {
  case writable(DatabaseQueue)
  case readOnly(ReadOnlyFile)
  /// Of a database that an older version wrote: brought up to date in memory, so that looking changes nothing and needs no run first.
  case copy(DatabaseQueue)

  static func open(path: String, access: StateStore.Access, maximumBytes: Int) throws(StateStoreError) -> Connection {
    do {
      switch access {
      case .inMemory:
        let queue = try DatabaseQueue(configuration: configuration())
        try queue.writeWithoutTransaction { db in try setUp(db, path: path, maximumBytes: maximumBytes, isFile: false) }
        try Schema.migrate(queue)
        return .writable(queue)
      case .readOnly:
        try DatabaseFile.requireReadable(path)
        return try openReadOnly(path)
      case .readWrite:
        try DatabaseFile.prepareForWriting(path)
        let queue = try DatabaseQueue(path: plain(path), configuration: configuration())
        try queue.writeWithoutTransaction { db in try setUp(db, path: path, maximumBytes: maximumBytes, isFile: true) }
        try UpgradeCopy.make(of: queue, path: path)
        try Schema.migrate(queue)
        return .writable(queue)
      }
    } catch {
      throw StateStoreError(error, path: path)
    }
  }

  func read<Value>(path: String, _ body: (Database) throws -> Value) throws(StateStoreError) -> Value {
    do {
      switch self {
      case .writable(let queue): return try queue.read(body)
      case .readOnly(let file): return try file.read(body)
      case .copy(let queue): return try queue.read(body)
      }
    } catch {
      throw StateStoreError(error, path: path)
    }
  }

  func write<Value>(path: String, _ body: (Database) throws -> Value) throws(StateStoreError) -> Value {
    guard case .writable(let queue) = self else {
      throw StateStoreError(.readOnly, "\(path) was opened only to be read", hint: "this is a defect of reconcile: please report it")
    }
    do {
      return try queue.write(body)
    } catch {
      throw StateStoreError(error, path: path)
    }
  }

  /// Runs `body` outside any transaction, on the connection that writes if there is one.
  func inspect<Value>(path: String, _ body: (Database) throws -> Value) throws(StateStoreError) -> Value {
    guard case .writable(let queue) = self else { return try read(path: path, body) }
    do {
      return try queue.writeWithoutTransaction(body)
    } catch {
      throw StateStoreError(error, path: path)
    }
  }

  static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "state"
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(Double(StateLimits.busyMillisecondsMax) / 1000)
    return configuration
  }

  /// A path that SQLite does not take for a URI, whatever it begins with.
  static func plain(_ path: String) -> String { path.hasPrefix("/") ? path : "./" + path }

  /// Refuses what is not ours before anything is changed, then sets the connection and reads the settings back.
  private static func setUp(_ db: Database, path: String, maximumBytes: Int, isFile: Bool) throws {
    var isNew = false
    // In one transaction: another process may be making the database right now.
    try db.inTransaction(.deferred) {
      isNew = try Schema.isEmpty(db, path: path)
      if !isNew { try Schema.requireNotNewer(db, path: path) }
      return .commit
    }
    let pageBytes = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
    if isFile { _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") }
    try db.execute(sql: "PRAGMA synchronous = FULL")
    _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = \(StateLimits.logBytesMax)")
    _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(max(1, maximumBytes / pageBytes))")
    if isNew { try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)") }
    let durability = try Durability(of: db)
    if isFile && durability.journalMode != "wal" {
      throw DatabaseFile.notWritable(path, because: "its file system does not carry a write-ahead log (a network file system?)")
    }
    precondition(durability.synchronous == 2 && durability.foreignKeys, "SQLite must take the settings that durability rests on")
  }

  private static func openReadOnly(_ path: String) throws -> Connection {
    do {
      let file = try ReadOnlyFile(path: path)
      let isCurrent = try file.read { db in
        if try Schema.isEmpty(db, path: path) { throw StateStoreError.corrupt(path, "it holds nothing") }
        try Schema.requireNotNewer(db, path: path)
        return try Schema.isCurrent(db)
      }
      return isCurrent ? .readOnly(file) : .copy(try upToDateCopy(of: file))
    } catch let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM].contains(error.resultCode) {
      throw StateStoreError(
        .notReadable, "cannot read \(path): part of it is in \(path)-wal, which SQLite cannot read without making \(path)-shm",
        hint: "run this as a user that may write that folder, or run `reconcile` there once")
    }
  }

  private static func upToDateCopy(of file: ReadOnlyFile) throws -> DatabaseQueue {
    try file.read { db in
      // A read that another process disturbed is made again: into another copy.
      let copy = try DatabaseQueue(configuration: configuration())
      try copy.writeWithoutTransaction { try db.backup(to: $0) }
      try Schema.migrate(copy)
      return copy
    }
  }
}
