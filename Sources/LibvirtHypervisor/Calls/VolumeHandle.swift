import CLibvirt

/// A libvirt storage volume on one host.
///
/// Unchecked: the pointer never changes, only the thread that has the connection calls, and it is freed once, at the end.
final class VolumeHandle: @unchecked Sendable {
  let pointer: OpaquePointer
  let connection: ConnectionHandle

  init(taking pointer: OpaquePointer, of connection: ConnectionHandle) {
    self.pointer = pointer
    self.connection = connection
  }

  deinit { virStorageVolFree(pointer) }

  var name: String { virStorageVolGetName(pointer).map { String(cString: $0) } ?? "" }

  func path() throws(LibvirtError) -> String {
    guard let text = takeText(virStorageVolGetPath(pointer)) else { throw connection.lastError() }
    return text
  }

  func xml() throws(LibvirtError) -> String {
    guard let text = takeText(virStorageVolGetXMLDesc(pointer, 0)) else { throw connection.lastError() }
    return text
  }

  func pool() throws(LibvirtError) -> PoolHandle {
    guard let pool = virStoragePoolLookupByVolume(pointer) else { throw connection.lastError() }
    return PoolHandle(taking: pool, of: connection)
  }

  func size() throws(LibvirtError) -> DomainHandle.BlockInfo {
    var info = virStorageVolInfo()
    try connection.check(virStorageVolGetInfo(pointer, &info))
    return DomainHandle.BlockInfo(capacityBytes: Int(clamping: info.capacity), allocatedBytes: Int(clamping: info.allocation))
  }

  /// All it holds; throws if that is more than `bytesMax`.
  func content(bytesMax: Int) throws(LibvirtError) -> [UInt8] {
    let stream = try connection.stream()
    try download(into: stream)
    var bytes: [UInt8] = []
    while true {
      switch try stream.receive() {
      case .data(let more): bytes += more
      case .hole(let count): bytes += [UInt8](repeating: 0, count: min(count, bytesMax + 1))
      case .end:
        try stream.finish()
        return bytes
      }
      guard bytes.count <= bytesMax else { throw .refused("\(name) is larger than \(bytesMax) bytes") }
    }
  }

  /// Writes all of it.
  func fill(_ bytes: [UInt8]) throws(LibvirtError) {
    let stream = try connection.stream()
    try upload(from: stream)
    try stream.send(bytes)
    try stream.finish()
  }

  func delete() throws(LibvirtError) { try connection.check(virStorageVolDelete(pointer, 0)) }

  /// Opens the stream for reading the volume from its beginning, with its holes.
  func download(into stream: StreamHandle) throws(LibvirtError) {
    let flags = UInt32(VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM.rawValue)
    try connection.check(virStorageVolDownload(pointer, stream.pointer, 0, 0, flags))
  }

  /// Opens the stream for writing the volume from its beginning, with holes.
  func upload(from stream: StreamHandle) throws(LibvirtError) {
    let flags = UInt32(VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM.rawValue)
    try connection.check(virStorageVolUpload(pointer, stream.pointer, 0, 0, flags))
  }
}
