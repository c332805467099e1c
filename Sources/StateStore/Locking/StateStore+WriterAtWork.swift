import Glibc
import OwnFiles

/// Another process of this machine that holds the right to change the fleet.
package struct WriterAtWork: Sendable, Equatable {
  package var pid: Int
  package var since: String
  package var command: String

  package var words: String { "\(command) (pid \(pid))" }
}

extension StateStore {
  /// Who holds the lock of this database now; nil: nobody, this process itself, or it cannot be told.
  ///
  /// It is looked up and never tried: a lock that is taken only to look would turn away a run that begins in that moment.
  package func writerAtWork() -> WriterAtWork? {
    guard access != .inMemory, let descriptor = try? OwnFile.openToRead(path + ".lock") else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard let owner = LockOwner(readFrom: descriptor), owner.pid != Int(getpid()), fstat(descriptor, &status) == 0,
      LockTable.holds(pid: owner.pid, inode: UInt(status.st_ino))
    else { return nil }
    return WriterAtWork(pid: owner.pid, since: owner.since, command: owner.command)
  }
}

/// The kernel's list of locks. What a killed process wrote into its lock file stays there; its lock does not.
private enum LockTable {
  static let bytesMax = 1 << 20

  static func holds(pid: Int, inode: UInt) -> Bool {
    lines.contains { line in
      // `1: FLOCK  ADVISORY  WRITE 15832 fe:00:16238857 0 EOF`
      let fields = line.split(separator: " ")
      return fields.count > 5 && fields[1] == "FLOCK" && fields[4] == "\(pid)" && fields[5].split(separator: ":").last == "\(inode)"
    }
  }

  private static var lines: [Substring] {
    let descriptor = open("/proc/locks", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < bytesMax {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[0..<count]
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }
}
