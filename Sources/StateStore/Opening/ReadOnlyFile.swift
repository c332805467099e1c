import GRDB
import Synchronization

/// Reads a database without leaving a trace.
///
/// SQLite's read-only connection to a WAL database makes `-wal` and `-shm` files if they are missing and cannot remove them again; in a
/// folder it may not write it fails. So a file without a log is opened `immutable`, which touches nothing. SQLite then takes no lock and
/// would miss changes; therefore each read looks at the file's stamp before and after, and begins anew if another process was there.
final class ReadOnlyFile: Sendable {
  private struct Opened {
    var queue: DatabaseQueue
    /// Nil: opened the ordinary way, SQLite guards the read.
    var stamp: FileStamp?
  }

  private let path: String
  private let opened: Mutex<Opened>

  init(path: String) throws {
    self.path = path
    opened = Mutex(try ReadOnlyFile.open(path))
  }

  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    var queue: DatabaseQueue?
    let value = try StampedRead.value(attempts: StateLimits.readAttemptsMax) {
      let opened = try current()
      queue = opened.queue
      return opened.stamp
    } now: {
      FileStamp.ofFileWithoutLog(path)
    } read: {
      try queue!.read(body)
    }
    if let value { return value }
    throw StateStoreError(.busy, "\(path) changed \(StateLimits.readAttemptsMax) times while it was read", hint: "run this again")
  }

  private func current() throws -> Opened {
    try opened.withLock { opened in
      if let stamp = opened.stamp, stamp != FileStamp.ofFileWithoutLog(path) { opened = try ReadOnlyFile.open(path) }
      return opened
    }
  }

  private static func open(_ path: String) throws -> Opened {
    var configuration = Connection.configuration()
    configuration.readonly = true
    if let stamp = FileStamp.ofFileWithoutLog(path) {
      return Opened(queue: try DatabaseQueue(path: immutableURI(of: path), configuration: configuration), stamp: stamp)
    }
    return Opened(queue: try DatabaseQueue(path: Connection.plain(path), configuration: configuration), stamp: nil)
  }

  private static func immutableURI(of path: String) -> String {
    var escaped = ""
    for character in Connection.plain(path) {
      switch character {
      case "%": escaped += "%25"
      case "?": escaped += "%3f"
      case "#": escaped += "%23"
      default: escaped.append(character)
      }
    }
    return "file:\(escaped)?mode=ro&immutable=1"
  }
}
