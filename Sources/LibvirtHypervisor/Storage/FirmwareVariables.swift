import CLibvirt
import Fleet
import Hypervisor

/// Carries a guest's UEFI variables, which no migration of a guest that is off takes along.
struct FirmwareVariables: Sendable {
  static let bytesMax = 64 << 20

  let path: String
  let source: LibvirtHost
  let destination: LibvirtHost

  /// Nil: they are there, or the guest has none yet; else why they could not be carried.
  func carry() async -> String? {
    let (folder, name) = (StorageView.folder(of: path), String(path.split(separator: "/").last ?? ""))
    let read = await source.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) -> [UInt8]? in
      try FolderPool.with(folder, on: connection, build: false) { pool throws(LibvirtError) in
        guard let volume = try pool.volume(name) else { return nil }
        return try volume.content(bytesMax: Self.bytesMax)
      }
    }
    switch read {
    case .failure(let error): return "the firmware variables \(path) cannot be read on \(source.name): \(error.message)"
    // A guest that never started has none; it gets them from its template.
    case .success(nil): return nil
    case .success(let bytes?): return await write(bytes, folder, name)
    }
  }

  private func write(_ bytes: [UInt8], _ folder: String, _ name: String) async -> String? {
    let path = path
    let written = await destination.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) in
      try FolderPool.with(folder, on: connection, build: true) { pool throws(LibvirtError) in
        if let there = try pool.volume(name) {
          // The same content from an earlier attempt of ours, or of a visit long ago: nothing is lost by taking it.
          guard try there.content(bytesMax: Self.bytesMax) == bytes else {
            throw .refused("\(path) is there already and holds something else; it is never overwritten")
          }
          return
        }
        let volume = try NewVolume.create(name, capacityBytes: bytes.count, format: "raw", in: pool)
        let stream = try connection.stream()
        try volume.upload(from: stream)
        try stream.send(bytes)
        try stream.finish()
        guard try volume.content(bytesMax: Self.bytesMax) == bytes else { throw .refused("the copy of \(path) differs from it") }
      }
    }
    guard case .failure(let error) = written else { return nil }
    return "the firmware variables \(path) cannot be written on \(destination.name): \(error.message)"
  }
}

/// A folder of a host as a pool: the one that is there, or one for as long as it takes.
enum FolderPool {
  static func with<Value>(
    _ folder: String, on connection: ConnectionHandle, build: Bool, _ body: (PoolHandle) throws(LibvirtError) -> Value
  ) throws(LibvirtError) -> Value {
    for (pool, description) in try connection.describedPools() where description.targetPath == folder {
      try pool.refresh()
      return try body(pool)
    }
    let name = "reconcile-" + String(UInt64.random(in: .min ... .max), radix: 16)
    let pool = try connection.createTransientPool(PoolXML.makeTransientDirectory(name: name, path: folder), build: build)
    defer { try? pool.stop() }
    return try body(pool)
  }
}
