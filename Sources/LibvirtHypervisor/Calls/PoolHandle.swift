import CLibvirt
import Glibc

/// A libvirt storage pool on one host.
///
/// Unchecked: the pointer never changes, only the thread that has the connection calls, and it is freed once, at the end.
final class PoolHandle: @unchecked Sendable {
  let pointer: OpaquePointer
  let connection: ConnectionHandle

  init(taking pointer: OpaquePointer, of connection: ConnectionHandle) {
    self.pointer = pointer
    self.connection = connection
  }

  deinit { virStoragePoolFree(pointer) }

  var name: String { virStoragePoolGetName(pointer).map { String(cString: $0) } ?? "" }

  func xml() throws(LibvirtError) -> String {
    guard let text = takeText(virStoragePoolGetXMLDesc(pointer, 0)) else { throw connection.lastError() }
    return text
  }

  func freeBytes() throws(LibvirtError) -> Int {
    var info = virStoragePoolInfo()
    try connection.check(virStoragePoolGetInfo(pointer, &info))
    return Int(clamping: info.available)
  }

  /// Makes the host look again at what the pool holds.
  func refresh() throws(LibvirtError) { try connection.check(virStoragePoolRefresh(pointer, 0)) }

  /// Stops a pool; what it holds stays.
  func stop() throws(LibvirtError) { try connection.check(virStoragePoolDestroy(pointer)) }

  /// The volume as the host last saw it; nil: it saw none of that name.
  func volume(_ name: String) throws(LibvirtError) -> VolumeHandle? {
    if let found = virStorageVolLookupByName(pointer, name) { return VolumeHandle(taking: found, of: connection) }
    let error = connection.lastError()
    if error.is(VIR_ERR_NO_STORAGE_VOL) { return nil }
    throw error
  }

  func volumes() throws(LibvirtError) -> [VolumeHandle] {
    var list: UnsafeMutablePointer<OpaquePointer?>?
    let count = virStoragePoolListAllVolumes(pointer, &list, 0)
    try connection.check(count)
    defer { free(list) }
    return (0..<Int(count)).compactMap { list?[$0].map { VolumeHandle(taking: $0, of: connection) } }
  }

  /// Fails if a volume of that name is there.
  func create(_ volume: String) throws(LibvirtError) -> VolumeHandle {
    guard let made = virStorageVolCreateXML(pointer, volume, 0) else { throw connection.lastError() }
    return VolumeHandle(taking: made, of: connection)
  }
}
