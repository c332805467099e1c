import CLibvirt
import Fleet

/// What one look at a host showed, before the hosts of a cell are put side by side.
struct HostSurvey: Sendable {
  struct Domain: Sendable {
    var description: DomainDescription
    var state: DomainState
    var isPersistent: Bool
    var hasManagedSave: Bool
    var hasSnapshots: Bool
    var sizes: [String: DomainHandle.BlockInfo]
    /// What the next start of a guest that is active would run; nil: it is off, transient, or that is what runs.
    var nextBoot: DomainDescription?
    /// What the images build on of disks whose definition does not tell, by target.
    var chains: [String: ImageChain] = [:]
    /// The same of disks that only its next start has.
    var nextBootChains: [String: ImageChain] = [:]
    /// Disks that are known to have no image where their definition says, by target, and why.
    var missingImages: [String: String] = [:]
  }
  struct Pool: Sendable {
    var description: PoolDescription
    var freeBytes: Int
  }

  /// A volume that a storage proof made, and deletes before it ends.
  struct Token: Sendable {
    var pool: String
    var volume: String
    /// By its host's clock; nil: not told.
    var changedAt: Timestamp?
  }

  var memoryBytes: Int
  var cpus: Int
  var capabilities: CapabilitiesDescription
  var pools: [Pool]
  var networks: [String]
  /// Nil: this host cannot list its bridges, so nothing can be said about them.
  var interfaces: [String]?
  var domains: [Domain]
  /// 0: not told.
  var hypervisorVersion = 0
  /// Nil: this host cannot list its secrets, so nothing can be said about them.
  var secrets: Set<String>?
  var tokens: [Token] = []

  /// Looks at the host; blocks. The number of calls does not grow with the domains, but for definitions not read since they changed.
  static func take(_ connection: ConnectionHandle, _ cache: DomainCache) throws(LibvirtError) -> HostSurvey {
    let node = try connection.nodeInfo()
    let described = try connection.describedPools()
    let pools = described.map { Pool(description: $0.description, freeBytes: $0.description.availableBytes) }
    return HostSurvey(
      memoryBytes: node.memoryBytes, cpus: node.cpus,
      capabilities: try parsed { try CapabilitiesDescription(xml: try connection.capabilities()) },
      pools: pools, networks: try unlessUnsupported { () throws(LibvirtError) in try connection.activeNetworks() } ?? [],
      interfaces: try unlessUnsupported { () throws(LibvirtError) in try connection.interfaces() },
      domains: try DomainSurvey(connection, cache).take(),
      hypervisorVersion: try ifTold { () throws(LibvirtError) in try connection.hypervisorVersion() } ?? 0,
      secrets: try ifTold { () throws(LibvirtError) in Set(try connection.secrets()) }, tokens: try tokens(in: described))
  }

  /// One call a pool, and one more for each token, of which there should be none.
  private static func tokens(in pools: [(pool: PoolHandle, description: PoolDescription)]) throws(LibvirtError) -> [Token] {
    var found: [Token] = []
    for (pool, description) in pools where description.isDirectoryLike {
      do throws(LibvirtError) {
        for volume in try pool.volumes() where volume.name.hasPrefix(TokenProof.namePrefix) {
          let read = try? VolumeDescription(xml: try volume.xml())
          found.append(Token(pool: description.name, volume: volume.name, changedAt: read?.modificationTime))
        }
      } catch { if error.connectionLost { throw error } }
    }
    return found
  }

  /// What a host that answers keeps to itself makes it no silent host.
  private static func ifTold<Value>(_ call: () throws(LibvirtError) -> Value) throws(LibvirtError) -> Value? {
    do throws(LibvirtError) { return try call() } catch {
      if error.connectionLost { throw error }
      return nil
    }
  }

  private static func unlessUnsupported<Value>(_ call: () throws(LibvirtError) -> Value) throws(LibvirtError) -> Value? {
    do throws(LibvirtError) { return try call() } catch {
      guard error.isNotSupported || error.is(VIR_ERR_NO_CONNECT) else { throw error }
      return nil
    }
  }
}

/// Reads XML of a host; what cannot be understood is an error of that host.
func parsed<Value>(_ read: () throws -> Value) throws(LibvirtError) -> Value {
  do { return try read() } catch let error as LibvirtError { throw error } catch {
    throw .refused("what the host says of itself cannot be read: \(error)")
  }
}
