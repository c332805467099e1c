import CLibvirt
import Fleet
import Hypervisor

/// Makes sure that files which a guest only reads when it starts (kernel, firmware, ROM) hold the same at its destination, by their digests.
struct SameContent: Sendable {
  /// A kernel's initial file system may be large; what is larger is no file of that kind.
  static let bytesMax = 1 << 30

  let source: LibvirtHost
  let destination: LibvirtHost

  private enum Look: Sendable, Equatable {
    case missing
    case digest(String)
  }

  /// Which file the destination lacks, or has with other content, or could not be compared; nil: none.
  func objection(to files: [HostFile]) async -> Objection? {
    for file in files {
      async let one = look(at: file.path, on: source)
      async let other = look(at: file.path, on: destination)
      switch (await one, await other) {
      case (.failure(let error), _):
        return Objection("the \(file.role) \(file.path) cannot be read on \(source.name): \(error.message)", blame: .guest)
      case (_, .failure(let error)):
        return Objection("the \(file.role) \(file.path) cannot be read on \(destination.name): \(error.message)")
      // It is as little there: the guest, which is off, starts on neither.
      case (.success(let here), .success(let there)) where here == there: continue
      case (_, .success(.missing)): return Objection("\(destination.name) has no \(file.role) \(file.path)")
      case (.success(.missing), _):
        return Objection("\(source.name) has no \(file.role) \(file.path), and \(destination.name) has one")
      case (.success(.digest), .success(.digest)):
        return Objection("\(file.path) (\(file.role)) on \(destination.name) holds something else than on \(source.name)")
      }
    }
    return nil
  }

  private func look(at path: String, on host: LibvirtHost) async -> Result<Look, LibvirtError> {
    let (folder, name) = (StorageView.folder(of: path), String(path.split(separator: "/").last ?? ""))
    return await host.call(LibvirtHypervisor.effectDeadline) { connection throws(LibvirtError) in
      do throws(LibvirtError) {
        return try FolderPool.with(folder, on: connection, build: false) { pool throws(LibvirtError) in
          guard let volume = try pool.volume(name) else { return .missing }
          return .digest(try Self.digest(of: volume))
        }
      } catch {
        if error.isMissingFile { return .missing }
        throw error
      }
    }
  }

  private static func digest(of volume: VolumeHandle) throws(LibvirtError) -> String {
    let stream = try volume.connection.stream()
    try volume.download(into: stream)
    var digest = ContentDigest()
    while true {
      switch try stream.receive() {
      case .data(let bytes): digest.add(bytes)
      case .hole(let bytes): digest.addHole(bytes)
      case .end:
        try stream.finish()
        return digest.text
      }
      guard digest.length <= bytesMax else { throw .refused("\(volume.name) is larger than \(bytesMax) bytes") }
    }
  }
}
