package import Glibc

/// Files that this program makes and writes: never through a link, never somebody else's, never anything but a file.
///
/// Whoever can commit to the repository that a state folder lies in could otherwise choose by a link which file is emptied, written or given
/// another mode.
package enum OwnFile {
  package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    package var reason: String
    /// Of the system call; 0: what is there is not taken.
    package var code: Int32 = 0

    package var description: String { reason }

    static func system() -> Problem { Problem(reason: String(cString: strerror(errno)), code: errno) }
  }

  /// What is there; nil: nothing. Blocks on nothing.
  ///
  /// Throws if it is a link, no regular file, or, with `writes`, not ours or root's.
  package static func look(_ path: String, writes: Bool = true) throws(Problem) -> stat? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system()
    }
    try require(status, writes: writes)
    return status
  }

  /// Opens to read and write, without emptying it; made with `mode` if it is not there.
  package static func open(_ path: String, mode: mode_t) throws(Problem) -> Int32 {
    let flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    // Made by a call that only makes: what is there already is looked at first.
    var descriptor = try look(path) == nil ? Glibc.open(path, flags | O_CREAT | O_EXCL, mode) : -1
    if descriptor < 0 { descriptor = Glibc.open(path, flags) }
    guard descriptor >= 0 else { throw errno == ELOOP ? Problem(reason: linkReason) : .system() }
    return try checked(descriptor, writes: true)
  }

  /// Opens a regular file to read; a pipe or device is refused and never waited for. `follows`: through a link as well.
  package static func openToRead(_ path: String, follows: Bool = false) throws(Problem) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (follows ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else { throw errno == ELOOP ? Problem(reason: linkReason) : .system() }
    return try checked(descriptor, writes: false)
  }

  /// Takes from everybody but the owner what they may do with it; of what was opened, so that nothing can be exchanged meanwhile.
  package static func keepFromOthers(_ path: String) throws(Problem) {
    guard let seen = try look(path), seen.st_mode & 0o077 != 0 else { return }
    let descriptor = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw errno == ELOOP ? Problem(reason: linkReason) : .system() }
    _ = try checked(descriptor, writes: true)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, fchmod(descriptor, status.st_mode & 0o700) == 0 else { throw .system() }
  }

  /// Replaces the file at once or not at all: written beside it under a name nobody can know, to the disk, then put in its place.
  ///
  /// What is at `path` is replaced, not followed. Returns the new file as it is.
  @discardableResult
  package static func replace(_ path: String, mode: mode_t, with bytes: UnsafeRawBufferPointer) throws(Problem) -> stat {
    let side = "\(path).\(getpid())-\(UInt64.random(in: 0 ... .max)).new"
    let descriptor = Glibc.open(side, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .system() }
    var status = stat()
    let isWritten = fill(descriptor, bytes) && fsync(descriptor) == 0 && fstat(descriptor, &status) == 0
    let problem = Problem.system()
    close(descriptor)
    guard isWritten else {
      unlink(side)
      throw problem
    }
    guard rename(side, path) == 0 else {
      let problem = Problem.system()
      unlink(side)
      throw problem
    }
    return status
  }

  // MARK: files that the user names

  /// Writes to what the user named: a regular file is replaced, at the end of any link; a device or a pipe that is read is written to as it
  /// is; all else is refused.
  package static func hand(_ bytes: UnsafeRawBufferPointer, to path: String, mode: mode_t) throws(Problem) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .system() }
      // To make a file where a link leads is more than was asked for: the link may be left over from something else.
      guard lstat(path, &status) != 0 else { throw Problem(reason: "is a link to a file that is not there") }
      try replace(path, mode: mode, with: bytes)
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      // `/dev/stdout` of a redirected command leads to a file that others hold open: another one in its place they would not see.
      if let held = (0...2).first(where: { isOpen(status, as: Int32($0)) }) { return try append(bytes, to: Int32(held)) }
      try replace(try resolved(path), mode: status.st_mode & 0o777, with: bytes)
    case S_IFCHR, S_IFIFO: try writeInPlace(bytes, to: path)
    case S_IFDIR: throw Problem(reason: "is a folder, not a file")
    default: throw Problem(reason: "is not a regular file")
    }
  }

  private static func isOpen(_ status: stat, as descriptor: Int32) -> Bool {
    var open = stat()
    return fstat(descriptor, &open) == 0 && open.st_dev == status.st_dev && open.st_ino == status.st_ino
  }

  private static func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(Problem) {
    guard fill(descriptor, bytes) else { throw .system() }
  }

  private static func resolved(_ path: String) throws(Problem) -> String {
    guard let real = realpath(path, nil) else { throw .system() }
    defer { free(real) }
    return String(cString: real)
  }

  /// A pipe that nobody reads is refused, not waited for.
  private static func writeInPlace(_ bytes: UnsafeRawBufferPointer, to path: String) throws(Problem) {
    let descriptor = Glibc.open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw errno == ENXIO ? Problem(reason: "is a pipe that nobody reads", code: ENXIO) : .system() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system() }
    guard [S_IFCHR, S_IFIFO].contains(status.st_mode & S_IFMT) else { throw Problem(reason: "is not what it was a moment ago") }
    guard fcntl(descriptor, F_SETFL, 0) == 0, fill(descriptor, bytes) else { throw .system() }
  }

  // MARK: -

  private static let linkReason = "it is a symbolic link, and what this program writes is never reached through one"

  private static func checked(_ descriptor: Int32, writes: Bool) throws(Problem) -> Int32 {
    do throws(Problem) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw .system() }
      try require(status, writes: writes)
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func require(_ status: stat, writes: Bool) throws(Problem) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw Problem(reason: linkReason)
    case S_IFDIR: throw Problem(reason: "is a folder, not a file")
    default: throw Problem(reason: "is not a regular file")
    }
    guard !writes || status.st_uid == geteuid() || status.st_uid == 0 else {
      throw Problem(reason: "it belongs to another user (uid \(status.st_uid)), and this runs as uid \(geteuid())")
    }
  }

  private static func fill(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      offset += count
    }
    return true
  }
}
