/// A disk's volume on a host, as the domain names it.
enum VolumeReference: Sendable, Equatable {
  case path(String)
  case volume(String, pool: String)

  /// Nil: an empty drive, or no file or volume.
  init?(_ disk: DiskDescription) {
    if let pool = disk.pool, let volume = disk.volume {
      self = .volume(volume, pool: pool)
    } else if let path = disk.path {
      self = .path(path)
    } else {
      return nil
    }
  }

  init(_ target: CopyTarget) { self = .volume(target.volume, pool: target.pool) }

  /// The same with something after its name.
  func suffixed(_ suffix: String) -> VolumeReference {
    switch self {
    case .path(let path): .path(path + suffix)
    case .volume(let name, let pool): .volume(name + suffix, pool: pool)
    }
  }

  /// The volume as its host last saw it, or after another look; nil: no active pool has it. Blocks.
  func find(_ connection: ConnectionHandle, lookingAgain: Bool = true) throws(LibvirtError) -> VolumeHandle? {
    switch self {
    case .volume(let name, let pool): return try connection.pool(pool).volume(name)
    case .path(let path):
      if let volume = try connection.volume(path: path) { return volume }
      guard lookingAgain else { return nil }
      // Made behind the pool's back: it looks again.
      let folder = StorageView.folder(of: path)
      for (pool, description) in try connection.describedPools() where description.targetPath == folder { try pool.refresh() }
      return try connection.volume(path: path)
    }
  }
}
