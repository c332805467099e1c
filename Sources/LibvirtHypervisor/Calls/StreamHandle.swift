import CLibvirt

/// A libvirt data stream.
///
/// Unchecked: the pointer never changes, one thread at a time reads or writes it, and it is freed once, at the end.
final class StreamHandle: @unchecked Sendable {
  static let chunkBytes = 256 << 10

  enum Piece: Equatable {
    case data([UInt8])
    case hole(bytes: Int)
    case end
  }

  let pointer: OpaquePointer
  private let connection: ConnectionHandle
  private var isFinished = false

  init(taking pointer: OpaquePointer, of connection: ConnectionHandle) {
    self.pointer = pointer
    self.connection = connection
  }

  deinit {
    if !isFinished { virStreamAbort(pointer) }
    virStreamFree(pointer)
  }

  func receive() throws(LibvirtError) -> Piece {
    var failure: LibvirtError?
    var hole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunkBytes) { buffer, count in
      let got = buffer.withMemoryRebound(to: CChar.self) { chars in
        virStreamRecvFlags(pointer, chars.baseAddress!, Self.chunkBytes, UInt32(VIR_STREAM_RECV_STOP_AT_HOLE.rawValue))
      }
      switch got {
      case 0...: count = Int(got)
      case -3: hole = true
      default: failure = connection.lastError()
      }
    }
    if let failure { throw failure }
    if hole {
      var length: Int64 = 0
      try connection.check(virStreamRecvHole(pointer, &length, 0))
      return .hole(bytes: Int(length))
    }
    return bytes.isEmpty ? .end : .data(bytes)
  }

  func send(_ bytes: [UInt8]) throws(LibvirtError) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBufferPointer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { virStreamSend(pointer, $0.baseAddress! + sent, bytes.count - sent) }
      }
      try connection.check(count)
      sent += Int(count)
    }
  }

  func sendHole(bytes: Int) throws(LibvirtError) { try connection.check(virStreamSendHole(pointer, Int64(bytes), 0)) }

  func finish() throws(LibvirtError) {
    isFinished = true
    try connection.check(virStreamFinish(pointer))
  }
}
