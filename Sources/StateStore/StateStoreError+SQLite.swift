import GRDB

extension StateStoreError {
  /// What an error thrown while using the database at `path` means to the user.
  init(_ error: any Error, path: String) {
    if let error = error as? StateStoreError {
      self = error
    } else if let error = error as? DatabaseError {
      self.init(database: error, path: path)
    } else if error is DecodingError {
      self = .corrupt(path, "a stored value is not what it should be: \(error)")
    } else {
      self.init(.failed, "cannot use \(path): \(error)", hint: "this is a defect of reconcile: please report it")
    }
  }

  private init(database error: DatabaseError, path: String) {
    let detail = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(
        .diskFull, "cannot write \(path): the disk is full, or the database has reached its limit",
        hint: "free some space there; the change that did not fit was undone as a whole, the rest of the state is intact")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self = .corrupt(path, detail)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .busy, "\(path) was kept busy by another process for more than \(StateLimits.busyMillisecondsMax / 1000) s",
        hint: "run this again; `fuser \(path)` names the process")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
      self.init(.notWritable, "cannot write \(path): \(detail)", hint: "check the owner and mode of the file and of its folder")
    case .SQLITE_IOERR:
      self.init(.failed, "cannot read or write \(path): \(detail)", hint: "check the disk; `dmesg` may say more")
    default:
      self.init(.failed, "cannot use \(path): \(detail)", hint: "this is a defect of reconcile: please report it")
    }
  }

  static func corrupt(_ path: String, _ detail: String) -> StateStoreError {
    StateStoreError(
      .corrupt, "\(path) is damaged or not a state database: \(detail)",
      hint: "restore it from a backup, or name another file with --state; what a new one does not know is in state/README.md")
  }

  static func foreign(_ path: String) -> StateStoreError {
    StateStoreError(.foreign, "\(path) is a database of another program", hint: "name another file with --state")
  }
}
