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

  private var name: String { String(volume.split(separator: "/").last ?? "") }

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
    guard let changed = try parsed({ try VolumeDescription(xml: xml) }).modificationTime else { return }
    guard changed <= unchangedSince.adding(milliseconds: Self.clockSkewMilliseconds) else {
      throw .refused("\(path) on \(host) was changed at \(changed), after its guest had left it: it may be somebody's, and stays")
    }
  }

  private func refuseIfDomainUses(_ path: String, _ pool: String, _ connection: ConnectionHandle) throws(LibvirtError) {
    for domain in try connection.domains() {
      let (inactive, running) = (try domain.xml(VIR_DOMAIN_XML_INACTIVE), try domain.xml())
      let descriptions = try parsed { [try DomainDescription(xml: inactive), try DomainDescription(xml: running)] }
      for disk in descriptions.flatMap(\.disks)
      where disk.path == path || disk.backingChain.contains(path) || (disk.pool == pool && disk.volume == name) {
        throw .refused("\(path) on \(host) is disk \(disk.target) of \(descriptions[0].name)")
      }
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
