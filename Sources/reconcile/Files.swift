import ArgumentParser
import Glibc
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
  /// Written beside the file and renamed over it, so that nobody reads half of it.
  static func write(_ text: String, to path: String) throws {
    let temporary = "\(path).tmp\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failed(path) }
    var text = text
    let complete = text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        offset += count
      }
      return fsync(descriptor) == 0
    }
    guard close(descriptor) == 0, complete, rename(temporary, path) == 0 else {
      let error = failed(path)
      unlink(temporary)
      throw error
    }
  }

  private static func failed(_ path: String) -> ExitCode {
    Failure.usage("cannot write \(path): \(String(cString: strerror(errno)))", hint: "name a file in a folder that can be written")
  }
}
