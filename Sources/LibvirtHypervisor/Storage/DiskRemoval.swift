import CLibvirt
import Fleet

/// Deletes one volume, if nothing on its host needs it and nobody has touched it since.
struct DiskRemoval: Sendable {
  /// How far the clocks of a host and of this machine may be apart.
  static let clockSkewMilliseconds = 120_000

  let volume: String
  let pool: StorageID
  let host: HostName
  /// A copy this move may have made: only if its sign says so.
  let isUnfinished: Bool
  let unchangedSince: Timestamp?
  /// `unchangedSince` is an earlier reading of the volume's own time of change, by its host's clock, and not a time of ours.
  let isHostsOwnReading: Bool

  var name: String { String(volume.split(separator: "/").last ?? "") }

  /// Blocks; throws if it must stay.
  func carryOut(_ connection: ConnectionHandle) throws(LibvirtError) {
    let pool = try connection.pool(pool.rawValue)
    try pool.refresh()
    if isUnfinished, try !OwnCopy.isUnfinished(name, in: pool) { return }
    guard let found = try pool.volume(name) else { return try OwnCopy.takeOffSign(name, in: pool) }
    let path = try found.path()
    try refuseIfChanged(found, path)
    try refuseIfDomainUses(path, pool.name, connection)
    try refuseIfImageBacksOn(path, connection)
    try found.delete()
    try OwnCopy.takeOffSign(name, in: pool)
  }

  private func refuseIfChanged(_ volume: VolumeHandle, _ path: String) throws(LibvirtError) {
    guard let unchangedSince else { return }
    let xml = try volume.xml()
    let changed = try parsed { try VolumeDescription(xml: xml) }.modificationTime
    guard !Self.isUntouched(changedAt: changed, since: unchangedSince, isHostsOwnReading: isHostsOwnReading) else { return }
    let when = changed.map { "was changed at \($0)" } ?? "does not tell any more when it was changed"
    throw .refused("\(path) on \(host) \(when), after its guest had left it: it may be somebody's, and stays")
  }

  /// Whether a volume is as its guest left it. Two readings of one clock must be the same; a time of this machine's clock may be off by so
  /// much, and a volume that tells no time is not judged by it.
  static func isUntouched(changedAt changed: Timestamp?, since: Timestamp, isHostsOwnReading: Bool) -> Bool {
    if isHostsOwnReading { return changed == since }
    guard let changed else { return true }
    return changed <= since.adding(milliseconds: clockSkewMilliseconds)
  }

  /// Once more, right before it goes, on its own host; what other hosts need was asked by `DiskUsers`.
  private func refuseIfDomainUses(_ path: String, _ pool: String, _ connection: ConnectionHandle) throws(LibvirtError) {
    let images = try ImageUses.read(connection)
    if let reason = images.unread.first {
      throw .refused("\(path) on \(host) stays: something there that may build on it cannot be read: \(reason)")
    }
    if let use = images.uses.first(where: { $0.path == path || $0.path == "\(pool)/\(name)" }) {
      throw .refused("\(path) on \(host) is \(use.by)")
    }
  }

  /// The definition of a guest that is off does not name its backing images; the images themselves do.
  private func refuseIfImageBacksOn(_ path: String, _ connection: ConnectionHandle) throws(LibvirtError) {
    for (pool, description) in try connection.describedPools() where description.isDirectoryLike {
      for other in try pool.volumes() {
        guard let xml = try? other.xml(), let image = try? VolumeDescription(xml: xml), image.backingPath == path else { continue }
        throw .refused("\(path) on \(host) is the backing image of \(image.name) in pool \(description.name)")
      }
    }
  }
}
