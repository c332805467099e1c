import Fleet
import Glibc

/// A file of one line that holds an address or a key.
enum SecretFile {
  static let bytesMax = 8192

  /// The line without its end; read at each use, so that a new one holds at once.
  static func read(_ path: String) throws(DeliveryTrouble) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw DeliveryTrouble("\(path) cannot be read: \(String(cString: strerror(errno)))", isLasting: true) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw DeliveryTrouble("\(path) is no regular file", isLasting: true)
    }
    guard status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP) == 0 else {
      throw DeliveryTrouble("\(path) is open to others (chmod 600, or 640 with a group that may read it)", isLasting: true)
    }
    var buffer = [UInt8](repeating: 0, count: bytesMax + 1)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    guard count >= 0 else { throw DeliveryTrouble("\(path) cannot be read: \(String(cString: strerror(errno)))", isLasting: true) }
    guard count <= bytesMax else { throw DeliveryTrouble("\(path) is larger than \(bytesMax) bytes", isLasting: true) }
    var line = buffer[..<count]
    while let last = line.last, [UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " ")].contains(last) { line.removeLast() }
    guard !line.isEmpty, line.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw DeliveryTrouble("\(path) must hold one line without spaces", isLasting: true)
    }
    return String(decoding: line, as: UTF8.self)
  }
}
