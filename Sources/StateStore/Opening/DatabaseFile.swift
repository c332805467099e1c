import Glibc
import OwnFiles

/// The database as a file: made with its folder, guarded by its mode, checked before SQLite sees it.
enum DatabaseFile {
  static let mode: mode_t = 0o600
  static let folderMode: mode_t = 0o700

  /// Makes sure that a regular file is there that this process may write, readable by its owner only; an empty one is created.
  static func prepareForWriting(_ path: String) throws(StateStoreError) {
    try requireWritableFolder(of: path)
    guard let status = try looked(path, writes: true) else {
      try create(path)
      return
    }
    let bits = status.st_mode & 0o7777
    // Asked of the mode too, because root may write what its owner meant to keep.
    if bits & 0o222 == 0 { throw notWritable(path, because: "it is read-only (mode \(octal(bits)))") }
    if access(path, R_OK | W_OK) != 0 { throw notWritable(path, because: systemError()) }
    for file in files(of: path) {
      do { try OwnFile.keepFromOthers(file) } catch { throw notWritable(file, because: error.reason) }
    }
  }

  /// Makes sure that there is something to read.
  static func requireReadable(_ path: String) throws(StateStoreError) {
    guard let status = try looked(path, writes: false) else { throw missing(path) }
    if status.st_size == 0 && FileStamp.size(of: path + "-wal") ?? 0 == 0 { throw missing(path) }
    if status.st_mode & 0o444 == 0 {
      throw notReadable(path, because: "nobody may read it (mode \(octal(status.st_mode & 0o7777)))")
    }
    if access(path, R_OK) != 0 { throw notReadable(path, because: systemError()) }
  }

  /// What SQLite opens under this name.
  private static func files(of path: String) -> [String] { [path, path + "-wal", path + "-shm", path + "-journal"] }

  /// The database's file, after a look at it and at all that SQLite opens beside it; nil: there is none.
  private static func looked(_ path: String, writes: Bool) throws(StateStoreError) -> stat? {
    for file in files(of: path) {
      do throws(OwnFile.Problem) { _ = try OwnFile.look(file, writes: writes) } catch {
        if file == path, error.reason.hasPrefix("is a folder") {
          throw StateStoreError(
            writes ? .notWritable : .notReadable, "\(path) is a folder, not a file",
            hint: "name a file in it, as --state \(path)/reconcile.db")
        }
        if file == path, error.reason.hasPrefix("is not") {
          throw StateStoreError(writes ? .notWritable : .notReadable, "\(path) \(error.reason)", hint: "name a file with --state FILE")
        }
        throw writes ? notWritable(file, because: error.reason) : notReadable(file, because: error.reason)
      }
    }
    do { return try OwnFile.look(path, writes: writes) } catch { throw notReadable(path, because: error.reason) }
  }

  static func notWritable(_ path: String, because reason: String) -> StateStoreError {
    StateStoreError(
      .notWritable, "cannot write \(path): \(reason)", hint: "give a file in a folder that this user may write with --state FILE")
  }

  static func systemError() -> String { String(cString: strerror(errno)) }

  private static func notReadable(_ path: String, because reason: String) -> StateStoreError {
    StateStoreError(.notReadable, "cannot read \(path): \(reason)", hint: "run this as the user that owns it, or name it with --state FILE")
  }

  private static func missing(_ path: String) -> StateStoreError {
    StateStoreError(.missing, "there is no state at \(path)", hint: "the first `reconcile` that is not a dry run makes it")
  }

  private static func requireWritableFolder(of path: String) throws(StateStoreError) {
    let folder = folder(of: path)
    try makeFolder(folder, for: path)
    var status = stat()
    guard stat(folder, &status) == 0 else { throw notWritable(path, because: "folder \(folder): \(systemError())") }
    if status.st_mode & 0o222 == 0 {
      throw notWritable(path, because: "its folder \(folder) is read-only (mode \(octal(status.st_mode & 0o7777)))")
    }
    if access(folder, W_OK | X_OK) != 0 { throw notWritable(path, because: "folder \(folder): \(systemError())") }
  }

  private static func makeFolder(_ folder: String, for path: String) throws(StateStoreError) {
    var status = stat()
    if stat(folder, &status) == 0 { return }
    guard errno == ENOENT else { throw notWritable(path, because: "folder \(folder): \(systemError())") }
    let parent = self.folder(of: folder)
    if parent != folder { try makeFolder(parent, for: path) }
    if mkdir(folder, folderMode) != 0 && errno != EEXIST {
      throw notWritable(path, because: "cannot make folder \(folder): \(systemError())")
    }
  }

  private static func create(_ path: String) throws(StateStoreError) {
    // SQLite gives its -wal and -shm files the mode of the database.
    do { close(try OwnFile.open(path, mode: mode)) } catch { throw notWritable(path, because: error.reason) }
    let directory = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw notWritable(path, because: systemError()) }
    // Without this a power cut may take the file's name away while its contents are safe.
    fsync(directory)
    close(directory)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func octal(_ mode: mode_t) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
