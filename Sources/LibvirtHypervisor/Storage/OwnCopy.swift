import CLibvirt

/// Volumes this program makes for copies, each with a sign beside it that says so until its move has ended.
///
/// libvirt's volumes carry no metadata, and the journal alone cannot tell a copy that was made from one that was only intended: without the
/// sign, undoing a move could delete a file that was there before.
enum OwnCopy {
  static let signSuffix = ".reconcile-copy"

  /// Room for what is noted in a sign.
  static let noteBytes = 512

  /// Throws, with nothing made, if a volume of that name is there.
  static func make(_ name: String, capacityBytes: Int, format: String, in pool: PoolHandle) throws(LibvirtError) -> VolumeHandle {
    try pool.refresh()
    if try pool.volume(name) != nil { throw NewVolume.existing(name, pool) }
    // One that is there without its volume was left by a move that died between the two.
    if try pool.volume(name + signSuffix) == nil {
      _ = try NewVolume.create(name + signSuffix, capacityBytes: noteBytes, format: "raw", in: pool)
    }
    do throws(LibvirtError) { return try NewVolume.create(name, capacityBytes: capacityBytes, format: format, in: pool) } catch {
      if !error.connectionLost { try? takeOffSign(name, in: pool) }
      throw error
    }
  }

  /// Writes the state of the source into the sign of its copy.
  static func note(_ text: String, on name: String, in pool: PoolHandle) throws(LibvirtError) {
    guard let sign = try pool.volume(name + signSuffix) else { throw .refused("the sign beside \(name) is gone") }
    let stream = try sign.connection.stream()
    try sign.upload(from: stream)
    let bytes = Array((text + "\n").utf8.prefix(noteBytes))
    try stream.send(bytes + [UInt8](repeating: 0, count: noteBytes - bytes.count))
    try stream.finish()
  }

  /// What was noted in a sign; nil: nothing.
  static func note(in sign: VolumeHandle) throws(LibvirtError) -> String? {
    let text = String(decoding: try sign.content(bytesMax: noteBytes).prefix { $0 != 0x0A && $0 != 0 }, as: UTF8.self)
    return text.isEmpty ? nil : text
  }

  /// True if the volume of that name is a copy that a move has not finished.
  static func isUnfinished(_ name: String, in pool: PoolHandle) throws(LibvirtError) -> Bool { try pool.volume(name + signSuffix) != nil }

  static func takeOffSign(_ name: String, in pool: PoolHandle) throws(LibvirtError) { try pool.volume(name + signSuffix)?.delete() }

  /// Deletes a copy made a moment ago by the caller itself.
  static func discard(_ name: String, in pool: PoolHandle) throws(LibvirtError) {
    try pool.volume(name)?.delete()
    try takeOffSign(name, in: pool)
  }

  /// Takes the signs off the disks of a guest whose move has ended.
  static func takeOffSigns(of disks: [DiskDescription], _ connection: ConnectionHandle) throws(LibvirtError) {
    for disk in disks where disk.hasSource {
      if let pool = disk.pool, let volume = disk.volume {
        try takeOffSign(volume, in: try connection.pool(pool))
      } else if let path = disk.path {
        try connection.volume(path: path + signSuffix)?.delete()
      }
    }
  }
}
