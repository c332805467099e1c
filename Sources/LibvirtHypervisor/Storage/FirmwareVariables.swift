import CLibvirt
import Fleet
import Glibc
import Hypervisor

/// Carries a guest's UEFI variables, which no migration of a guest that is off takes along.
///
/// A file that is there with other content is replaced only if it is proved to be what this guest itself left there: a sign beside it, made
/// when the guest left, names the guest and the digest of what the file held.
struct FirmwareVariables: Sendable {
  static let bytesMax = 64 << 20

  let path: String
  let uuid: InstanceUUID
  let source: LibvirtHost
  let destination: LibvirtHost

  private var folder: String { StorageView.folder(of: path) }
  private var name: String { String(path.split(separator: "/").last ?? "") }

  /// Nil: they are there, or the guest has none yet; else why they could not be carried.
  func carry() async -> Objection? {
    if let objection = objectionToDevice { return objection }
    switch await read(on: source) {
    case .failure(let error): return Objection(unreadable(on: source, error), blame: .guest)
    // A guest that never started has none; it gets them from its template.
    case .success(nil): return nil
    case .success(let bytes?): return await write(bytes)
    }
  }

  /// A network file system may show what the guest wrote a moment ago a little late.
  static let looksMax = 3
  static let lookAgainMilliseconds = 500

  /// Why a migration of a running guest, which writes its variables to that file at the destination, would overwrite somebody else's; nil: it
  /// would not.
  func objectionToArrival() async -> Objection? {
    if let objection = objectionToDevice { return objection }
    for look in 0..<Self.looksMax {
      if look > 0 { try? await Task.sleep(for: .milliseconds(Self.lookAgainMilliseconds)) }
      let (path, name, uuid) = (path, name, uuid)
      let there = await destination.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) -> ([UInt8], Bool)? in
        try Self.ifFolderExists(StorageView.folder(of: path), connection) { pool throws(LibvirtError) in
          guard let volume = try pool.volume(name) else { return nil }
          let bytes = try volume.content(bytesMax: Self.bytesMax)
          return (bytes, try LeftVariables.isLeft(by: uuid, name, holding: bytes, in: pool))
        }
      }
      switch there {
      case .failure(let error): return Objection(unreadable(on: destination, error))
      case .success(nil), .success((_, true)?): return nil
      case .success(let (bytes, false)?):
        switch await read(on: source) {
        case .failure(let error): return Objection(unreadable(on: source, error), blame: .guest)
        case .success(let here): if here == bytes { return nil }
        }
      }
    }
    return Objection(
      "the firmware variables \(path) on \(destination.name) hold something else than those of the guest, and it did not leave them "
        + "there; they are never overwritten")
  }

  private var objectionToDevice: Objection? {
    guard path.hasPrefix("/dev/") else { return nil }
    return Objection("its firmware variables are on device \(path), which cannot be proved to be the same one elsewhere", blame: .guest)
  }

  private func unreadable(on host: LibvirtHost, _ error: LibvirtError) -> String {
    "the firmware variables \(path) cannot be read on \(host.name): \(error.message)"
  }

  private func read(on host: LibvirtHost) async -> Result<[UInt8]?, LibvirtError> {
    let (folder, name) = (folder, name)
    return await host.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) -> [UInt8]? in
      try Self.ifFolderExists(folder, connection) { pool throws(LibvirtError) in
        try pool.volume(name).map { volume throws(LibvirtError) in try volume.content(bytesMax: Self.bytesMax) }
      }
    }
  }

  private static func ifFolderExists<Value>(
    _ folder: String, _ connection: ConnectionHandle, _ body: (PoolHandle) throws(LibvirtError) -> Value?
  ) throws(LibvirtError) -> Value? {
    do throws(LibvirtError) { return try FolderPool.with(folder, on: connection, build: false, body) } catch {
      if error.isMissingFile { return nil }
      throw error
    }
  }

  private func write(_ bytes: [UInt8]) async -> Objection? {
    let (path, folder, name, uuid) = (path, folder, name, uuid)
    let written = await destination.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) in
      try FolderPool.with(folder, on: connection, build: true) { pool throws(LibvirtError) in
        if let there = try pool.volume(name) {
          let held = try there.content(bytesMax: Self.bytesMax)
          // The same content from an earlier attempt of ours, or of a visit long ago: nothing is lost by taking it.
          if held == bytes { return }
          guard try LeftVariables.isLeft(by: uuid, name, holding: held, in: pool) else {
            throw .refused(
              "\(path) is there already and holds something else, and it is not known that the guest left it there; it is never overwritten"
            )
          }
          try there.delete()
          try LeftVariables.takeOffSign(name, in: pool)
        }
        let volume = try NewVolume.create(name, capacityBytes: bytes.count, format: "raw", in: pool)
        try volume.fill(bytes)
        guard try volume.content(bytesMax: Self.bytesMax) == bytes else { throw .refused("the copy of \(path) differs from it") }
      }
    }
    guard case .failure(let error) = written else { return nil }
    return Objection("the firmware variables \(path) cannot be written on \(destination.name): \(error.message)")
  }
}

/// UEFI variables that stay on a host when their guest has left, each with a sign beside it that says whose they were and what they held.
///
/// The file itself stays because on storage that both hosts share it is the only one.
enum LeftVariables {
  static let signSuffix = ".reconcile-left"
  /// uuid, length and digest.
  static let signBytes = 256

  /// Makes the sign, as the guest leaves or has left.
  static func sign(_ path: String, _ uuid: InstanceUUID, _ connection: ConnectionHandle) throws(LibvirtError) {
    guard !path.hasPrefix("/dev/") else { return }
    let name = String(path.split(separator: "/").last ?? "")
    do throws(LibvirtError) {
      try FolderPool.with(StorageView.folder(of: path), on: connection, build: false) { pool throws(LibvirtError) in
        guard let volume = try pool.volume(name) else { return }
        let text = text(uuid, holding: try volume.content(bytesMax: FirmwareVariables.bytesMax))
        try takeOffSign(name, in: pool)
        let sign = try NewVolume.create(name + signSuffix, capacityBytes: signBytes, format: "raw", in: pool)
        let bytes = Array((text + "\n").utf8.prefix(signBytes))
        try sign.fill(bytes + [UInt8](repeating: 0, count: signBytes - bytes.count))
      }
    } catch { if !error.isMissingFile { throw error } }
  }

  /// The guest left the file there, and nobody has changed it since.
  static func isLeft(by uuid: InstanceUUID, _ name: String, holding bytes: [UInt8], in pool: PoolHandle) throws(LibvirtError) -> Bool {
    guard let sign = try pool.volume(name + signSuffix) else { return false }
    let noted = String(decoding: try sign.content(bytesMax: signBytes).prefix { $0 != 0x0A && $0 != 0 }, as: UTF8.self)
    return noted == text(uuid, holding: bytes)
  }

  static func takeOffSign(_ name: String, in pool: PoolHandle) throws(LibvirtError) { try pool.volume(name + signSuffix)?.delete() }

  static func text(_ uuid: InstanceUUID, holding bytes: [UInt8]) -> String {
    var digest = ContentDigest()
    digest.add(bytes)
    return "\(uuid) \(digest.text)"
  }
}

/// A folder of a host as a pool: the one that is there, or one for as long as it takes.
enum FolderPool {
  static let namePrefix = "reconcile-"
  /// A folder is one pool at a time: another move's is waited for, as long as one may take.
  static let waitMilliseconds = 10_000
  static let lookAgainMilliseconds = 100

  static func with<Value>(
    _ folder: String, on connection: ConnectionHandle, build: Bool, _ body: (PoolHandle) throws(LibvirtError) -> Value
  ) throws(LibvirtError) -> Value {
    let end = ContinuousClock.now + .milliseconds(waitMilliseconds)
    while true {
      let isLate = ContinuousClock.now >= end
      let there = try connection.describedPools().first { $0.description.targetPath == folder }
      // One that stayed when its maker died is as good as any.
      if let (pool, description) = there, isLate || !description.name.hasPrefix(namePrefix) {
        try pool.refresh()
        return try body(pool)
      }
      if there == nil {
        let name = namePrefix + String(UInt64.random(in: .min ... .max), radix: 16)
        do throws(LibvirtError) {
          let pool = try connection.createTransientPool(PoolXML.makeTransientDirectory(name: name, path: folder), build: build)
          defer { try? pool.stop() }
          return try body(pool)
        } catch {
          // Somebody else was a moment faster; anything else is an answer.
          guard error.is(VIR_ERR_OPERATION_FAILED), error.domain == Int32(VIR_FROM_STORAGE.rawValue), !isLate else { throw error }
        }
      }
      usleep(useconds_t(lookAgainMilliseconds * 1000))
    }
  }
}
