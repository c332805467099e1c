import ArgumentParser
import Glibc
import OwnFiles
import Reporting

/// Files that users name on the command line.
enum InputFile {
  static let bytesMax = 1 << 30

  static func read<Value: Decodable>(_ type: Value.Type, from path: String, kind: String) throws -> Value {
    let bytes = try contents(of: path)
    do {
      return try JSONText.decode(type, from: bytes)
    } catch {
      throw Failure.usage("\(path) is not a \(kind): \(error)", hint: "see 'reconcile schema \(kind == "Plan" ? "plan" : "snapshot")'")
    }
  }

  private static func contents(of path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure.usage("\(path): \(String(cString: strerror(errno)))", hint: "name a file that can be read") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure.usage("\(path): \(String(cString: strerror(errno)))", hint: "name a file that can be read") }
      if count == 0 { return bytes }
      bytes += buffer[0..<count]
      guard bytes.count <= bytesMax else {
        throw Failure.usage("\(path) is larger than \(bytesMax >> 20) MiB", hint: "is it the right file?")
      }
    }
  }
}

enum OutputFile {
  /// A regular file is written beside itself and renamed over, so that nobody reads half of it; a link is followed to it. What is there and
  /// is no regular file is never replaced: as root that would put a file in place of `/dev/null`.
  static func write(_ text: String, to path: String) throws {
    var text = text
    do {
      try text.withUTF8 { try OwnFile.hand(UnsafeRawBufferPointer($0), to: path, mode: 0o644) }
    } catch {
      throw Failure.usage("cannot write \(path): \(error)", hint: "name a file in a folder that can be written")
    }
  }
}
