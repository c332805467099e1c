import GRDB
import Glibc

/// A database of an older version is copied aside before it is brought up to date, so that the older program can go on from there.
enum UpgradeCopy {
  /// `reconcile.db.v3`, readable by its owner only; one that is there from before is replaced once the new one is whole.
  ///
  /// Throws `notWritable`, or what SQLite says (no room), with the database as it was.
  static func make(of queue: DatabaseQueue, path: String) throws {
    let version = try queue.writeWithoutTransaction { db -> String? in
      guard try !Schema.isEmpty(db, path: path), try !Schema.isCurrent(db) else { return nil }
      return try Schema.newestApplied(db)
    }
    guard let version else { return }
    let copy = "\(path).\(version)"
    let unfinished = "\(copy).\(getpid())"
    unlink(unfinished)
    // SQLite fills an empty file that is there, which is made first to have its mode from the start.
    let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL, DatabaseFile.mode)
    guard descriptor >= 0 else { throw DatabaseFile.notWritable(unfinished, because: DatabaseFile.systemError()) }
    defer { close(descriptor) }
    do {
      try queue.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [Connection.plain(unfinished)]) }
    } catch {
      unlink(unfinished)
      throw error
    }
    // Another process may have brought it up to date meanwhile: what was copied is then perhaps no longer the old one, and that one copied it.
    guard try queue.read({ db in try Schema.newestApplied(db) }) == version else {
      unlink(unfinished)
      return
    }
    guard fsync(descriptor) == 0, rename(unfinished, copy) == 0 else {
      let reason = DatabaseFile.systemError()
      unlink(unfinished)
      throw DatabaseFile.notWritable(copy, because: reason)
    }
  }
}
