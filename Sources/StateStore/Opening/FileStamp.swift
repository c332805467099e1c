import Glibc

/// What tells one state of a database file from another: it moves whenever a write-ahead log is copied into the file.
struct FileStamp: Equatable, Sendable {
  var device: UInt
  var inode: UInt
  var size: Int
  var seconds: Int
  var nanoseconds: Int

  /// Nil if the file is gone or has a write-ahead log, so that it alone is not the whole database.
  static func ofFileWithoutLog(_ path: String) -> FileStamp? {
    var status = stat()
    guard size(of: path + "-wal") == nil, stat(path, &status) == 0 else { return nil }
    return FileStamp(
      device: status.st_dev, inode: status.st_ino, size: status.st_size, seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec)
  }

  /// Bytes of a file; nil if there is none.
  static func size(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_size : nil
  }
}
