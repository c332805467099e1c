import Glibc

/// The file that an instance is in, plain or packed by gzip.
package enum InstanceFile {
  /// Reads, unpacks and decodes it.
  package static func instance(at path: String) throws(InstanceError) -> BenchmarkInstance {
    try InstanceReader.instance(zeroEnded: try text(at: path))
  }

  /// The unpacked bytes and one zero byte. Packed is what starts as gzip does, whatever its name is.
  package static func text(at path: String) throws(InstanceError) -> [UInt8] {
    var bytes = try contents(of: path)
    if Gzip.isPacked(bytes) { bytes = try Gzip.unpacked(bytes, bytesMax: InstanceLimits.bytesMax) }
    bytes.append(0)
    return bytes
  }

  private static func contents(of path: String) throws(InstanceError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failed() }
    var bytes: [UInt8] = []
    // One byte more for the zero that follows the text.
    bytes.reserveCapacity(min(max(0, Int(status.st_size)), InstanceLimits.bytesMax) + 1)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failed() }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= InstanceLimits.bytesMax else {
        throw InstanceError(problem: "larger than \(InstanceLimits.bytesMax >> 20) MiB")
      }
    }
  }

  private static func failed() -> InstanceError { InstanceError(problem: String(cString: strerror(errno))) }
}
