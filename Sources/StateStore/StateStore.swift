package import Fleet
import GRDB

/// What the program remembers between passes, in one SQLite database: observations, journal, plans, leases.
///
/// Every call is synchronous and blocks its thread for some milliseconds (a commit waits for the disk), recording a first observation of
/// 100,000 instances for about a second; callers on Swift's cooperative threads accept that or go elsewhere. A call either takes effect as a
/// whole, durably, or throws and changes nothing. Safe to use from several threads; calls take turns.
package final class StateStore: Sendable {
  package enum Access: Sendable {
    case readWrite
    /// Never changes the database; leaves no file behind where SQLite allows that (see `ReadOnlyFile`).
    case readOnly
    /// Empty, gone with this value; the path is only a name for messages.
    case inMemory
  }

  package let path: String
  package let access: Access
  /// Made once for a database, at random.
  package let writer: WriterID
  let connection: Connection
  let lockState = LockState()
  let operationNumbers = OperationNumbers()

  /// Opens the database, creating it (mode 0600, and its folder) or bringing it up to date if `access` allows.
  ///
  /// Throws `missing`, `notReadable`, `notWritable`, `fromTheFuture`, `foreign`, `corrupt` or `busy`.
  package init(path: String, access: Access, maximumBytes: Int = StateLimits.databaseBytesMax) throws(StateStoreError) {
    self.path = path
    self.access = access
    connection = try Connection.open(path: path, access: access, maximumBytes: maximumBytes)
    let name: String? = try connection.read(path: path) { db in try String.fetchOne(db, sql: "SELECT writer FROM identity") }
    guard let name else { throw .corrupt(path, "it does not say who writes it") }
    writer = WriterID(name)
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(StateStoreError) -> Value {
    try connection.read(path: path, body)
  }

  /// Runs `body` in one transaction: all of it is durable afterwards, or none if this throws.
  func write<Value>(_ body: (Database) throws -> Value) throws(StateStoreError) -> Value {
    try connection.write(path: path, body)
  }
}

extension StateStore {
  /// Binds the database to a fleet at first use; throws `otherFleet` if it is bound to another. Read-only access only compares.
  package func bind(fleet: String) throws(StateStoreError) {
    let bound = try read { db in try String.fetchOne(db, sql: "SELECT fleet FROM identity") }
    if bound == fleet { return }
    if let bound { throw otherFleet(bound: bound, wanted: fleet) }
    if access == .readOnly { return }
    let now = try write { db in
      try db.execute(sql: "UPDATE identity SET fleet = ? WHERE fleet IS NULL", arguments: [fleet])
      return try String.fetchOne(db, sql: "SELECT fleet FROM identity")
    }
    if let now, now != fleet { throw otherFleet(bound: now, wanted: fleet) }
  }

  private func otherFleet(bound: String, wanted: String) -> StateStoreError {
    StateStoreError(
      .otherFleet, "\(path) is the state of fleet \"\(bound)\", but the manifests declare fleet \"\(wanted)\"",
      hint: "name another file with --state, or the right folder with --manifests; a fleet keeps its name for life")
  }

  /// How the writing connection is set, as SQLite itself says.
  package func durability() throws(StateStoreError) -> Durability {
    try connection.inspect(path: path) { db in try Durability(of: db) }
  }
}
