extension ConnectionHandle {
  /// The host's active pools with what they say of themselves; one that goes away meanwhile, or cannot be understood, is left out.
  func describedPools() throws(LibvirtError) -> [(pool: PoolHandle, description: PoolDescription)] {
    var found: [(PoolHandle, PoolDescription)] = []
    for pool in try activePools() {
      do throws(LibvirtError) {
        let xml = try pool.xml()
        if let description = try? PoolDescription(xml: xml) { found.append((pool, description)) }
      } catch { if error.connectionLost { throw error } }
    }
    return found
  }

  func activePoolDescriptions() throws(LibvirtError) -> [PoolDescription] { try describedPools().map(\.description) }
}
