import CZlib

/// Unpacks gzip (RFC 1952), several members after one another included.
enum Gzip {
  static func isPacked(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

  /// Throws for what is cut short, damaged (its sums are checked), or more than `bytesMax` unpacked.
  static func unpacked(_ bytes: [UInt8], bytesMax: Int) throws(InstanceError) -> [UInt8] {
    var stream = z_stream()
    guard czlib_inflate_init_gzip(&stream) == Z_OK else { throw InstanceError(problem: "zlib does not start") }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    output.reserveCapacity(min(bytesMax, bytes.count * 12))
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var input = bytes
    var consumed = 0
    while true {
      let (status, read, written) = step(&stream, &input, from: consumed, &chunk)
      consumed += read
      output += chunk[..<written]
      guard output.count <= bytesMax else { throw InstanceError(problem: "larger than \(bytesMax >> 20) MiB unpacked") }
      switch status {
      case Z_STREAM_END:
        if consumed == bytes.count { return output }
        inflateReset(&stream)
      case Z_OK where read > 0 || written > 0: continue
      case Z_OK, Z_BUF_ERROR: throw InstanceError(offset: consumed, problem: "the gzip file is cut short")
      default: throw InstanceError(offset: consumed, problem: "the gzip file is damaged")
      }
    }
  }

  /// One call of zlib: its status, and how many bytes it took and gave.
  private static func step(
    _ stream: inout z_stream, _ input: inout [UInt8], from start: Int, _ chunk: inout [UInt8]
  ) -> (status: Int32, read: Int, written: Int) {
    let inputMax = 1 << 30
    let room = chunk.count
    return input.withUnsafeMutableBufferPointer { source in
      chunk.withUnsafeMutableBufferPointer { target in
        let offered = min(source.count - start, inputMax)
        stream.next_in = source.baseAddress! + start
        stream.avail_in = UInt32(offered)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(room)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (status, offered - Int(stream.avail_in), room - Int(stream.avail_out))
      }
    }
  }
}
