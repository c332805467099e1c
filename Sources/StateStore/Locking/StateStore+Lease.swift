package import Fleet
import GRDB
import Synchronization

extension StateStore {
  /// Takes the lease and returns its epoch, higher than any before; needs the lock.
  ///
  /// A lease that another process left behind is superseded even if it has not expired: that we hold the lock proves that process dead.
  package func takeLease(now: Timestamp, lifetimeMilliseconds: Int) throws(StateStoreError) -> Int {
    precondition(lifetimeMilliseconds > 0, "a lease must last")
    guard lockState.isHeld.withLock({ $0 }) else {
      throw StateStoreError(
        .locked, "the lease of \(path) was asked for without its lock", hint: "this is a defect of reconcile: please report it")
    }
    return try write { db in
      guard let epoch = try Int.fetchOne(db, sql: "UPDATE identity SET next_epoch = next_epoch + 1 RETURNING next_epoch - 1") else {
        throw StateStoreError.corrupt(path, "it does not say who writes it")
      }
      try db.execute(
        sql: "INSERT OR REPLACE INTO lease (id, epoch, taken_at, lifetime, expires_at) VALUES (1, ?, ?, ?, ?)",
        arguments: [epoch, now.milliseconds, lifetimeMilliseconds, now.adding(milliseconds: lifetimeMilliseconds).milliseconds])
      try Self.draw(db, epoch: epoch)
      return epoch
    }
  }

  /// Prolongs the lease by its lifetime from now; throws `leaseLost` if it is not `epoch`'s any more.
  package func renewLease(_ epoch: Int, now: Timestamp) throws(StateStoreError) {
    try write { db in
      try db.execute(sql: "UPDATE lease SET expires_at = ? + lifetime WHERE epoch = ?", arguments: [now.milliseconds, epoch])
      if db.changesCount == 0 { throw try leaseLost(epoch, db) }
    }
  }

  /// Gives the lease back; throws `leaseLost` if it was not `epoch`'s any more.
  package func releaseLease(_ epoch: Int) throws(StateStoreError) {
    try write { db in
      try db.execute(sql: "DELETE FROM lease WHERE epoch = ?", arguments: [epoch])
      if db.changesCount == 0 { throw try leaseLost(epoch, db) }
    }
  }

  /// The lease as stored, expired or not.
  package func lease() throws(StateStoreError) -> Lease? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT epoch, taken_at, expires_at FROM lease").map { row in
        Lease(epoch: row[0], takenAt: Timestamp(milliseconds: row[1]), expiresAt: Timestamp(milliseconds: row[2]))
      }
    }
  }

  func leaseLost(_ epoch: Int, _ db: Database) throws -> StateStoreError {
    let other = try Int.fetchOne(db, sql: "SELECT epoch FROM lease")
    return StateStoreError(
      .leaseLost,
      "this run no longer holds \(path): \(other.map { "a later run (epoch \($0), this is \(epoch))" } ?? "a later run that has ended") took it over",
      hint: "never delete \(path).lock: it keeps two runs apart. Nothing new is begun; what was under way is the later run's")
  }
}

/// The right to write for a time, as stored.
package struct Lease: Sendable, Equatable {
  package var epoch: Int
  package var takenAt: Timestamp
  package var expiresAt: Timestamp

  package init(epoch: Int, takenAt: Timestamp, expiresAt: Timestamp) {
    self.epoch = epoch
    self.takenAt = takenAt
    self.expiresAt = expiresAt
  }
}
