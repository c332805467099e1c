import Fleet
import Glibc

/// Who holds the lock, as its file says: pid, time and command, a line each.
struct LockOwner: Equatable, CustomStringConvertible {
  var pid: Int
  var since: String
  var command: String

  init(holder: String) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    pid = Int(getpid())
    since = Timestamp(milliseconds: now.tv_sec * 1000 + now.tv_nsec / 1_000_000).description
    command = String(holder.map { $0.isNewline ? " " : $0 }.prefix(StateLimits.lockHolderCharactersMax))
  }

  /// Nil if the file is empty, as between taking the lock and saying who did.
  init?(readFrom descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return nil }
    let lines = String(decoding: buffer[0..<count], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 3, let pid = Int(lines[0]) else { return nil }
    self.pid = pid
    since = String(lines[1])
    command = String(lines[2])
  }

  /// Not told if it fails: the lock is held all the same, the file only tells others by whom.
  func write(to descriptor: Int32) {
    let text = Array("\(pid)\n\(since)\n\(command)\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.count, 0)
  }

  var description: String { "pid \(pid), `\(command)`, since \(since)" }
}
