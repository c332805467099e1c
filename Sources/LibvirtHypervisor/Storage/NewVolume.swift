import CLibvirt

/// Makes volumes that were not there before.
enum NewVolume {
  /// Throws if the pool holds one of that name, known to it or not; libvirt then leaves that one alone.
  static func create(_ name: String, capacityBytes: Int, format: String, in pool: PoolHandle) throws(LibvirtError) -> VolumeHandle {
    if try pool.volume(name) != nil { throw existing(name, pool) }
    do throws(LibvirtError) {
      return try pool.create(VolumeXML.make(name: name, capacityBytes: capacityBytes, allocationBytes: 0, format: format))
    } catch {
      // libvirt calls a file its pool has not seen yet an invalid operation: only a new look tells.
      if error.isExisting { throw existing(name, pool) }
      if error.is(VIR_ERR_OPERATION_INVALID), !error.connectionLost {
        try pool.refresh()
        if try pool.volume(name) != nil { throw existing(name, pool) }
      }
      throw error
    }
  }

  static func existing(_ name: String, _ pool: PoolHandle) -> LibvirtError {
    .refused(
      "\(name) is in pool \(pool.name) already; it is never overwritten: look at it, and delete or rename it there",
      code: VIR_ERR_STORAGE_VOL_EXIST)
  }
}
