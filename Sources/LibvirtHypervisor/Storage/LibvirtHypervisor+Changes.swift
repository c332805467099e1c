package import Fleet
package import Hypervisor

extension LibvirtHypervisor {
  /// When a volume was last changed, by its host's own clock and as fresh as the host can tell; nil: not known.
  ///
  /// Two such readings may be compared with each other, and with nothing else.
  package func changedAt(_ volume: String?, in pool: StorageID, on host: HostName, deadline: Deadline) async -> Timestamp? {
    guard let name = volume?.split(separator: "/").last.map(String.init) else { return nil }
    let read = await call(host, deadline) { connection throws(LibvirtError) -> Timestamp? in
      let pool = try connection.pool(pool.rawValue)
      try pool.refresh()
      guard let xml = try pool.volume(name)?.xml() else { return nil }
      return try parsed { try VolumeDescription(xml: xml) }.modificationTime
    }
    return (try? read.get()) ?? nil
  }

  /// The sign beside a copy says so until its move has ended.
  package func isOwnCopy(_ disk: RetiredDisk, deadline: Deadline) async -> Bool {
    guard let name = disk.volume?.split(separator: "/").last.map(String.init) else { return false }
    let read = await call(disk.host, deadline) { connection throws(LibvirtError) in
      try OwnCopy.isUnfinished(name, in: try connection.pool(disk.pool.rawValue))
    }
    return (try? read.get()) ?? false
  }
}
