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
  }
  struct Pool: Sendable {
    var description: PoolDescription
    var freeBytes: Int
  }

  var memoryBytes: Int
  var cpus: Int
  var capabilities: CapabilitiesDescription
  var pools: [Pool]
  var networks: [String]
  /// Nil: this host cannot list its bridges, so nothing can be said about them.
  var interfaces: [String]?
  var domains: [Domain]

  /// Looks at the host; blocks. The number of calls does not grow with the domains, but for definitions not read since they changed.
  static func take(_ connection: ConnectionHandle, _ cache: DomainCache) throws(LibvirtError) -> HostSurvey {
    let node = try connection.nodeInfo()
    let pools = try connection.activePoolDescriptions().map { Pool(description: $0, freeBytes: $0.availableBytes) }
    return HostSurvey(
      memoryBytes: node.memoryBytes, cpus: node.cpus,
      capabilities: try parsed { try CapabilitiesDescription(xml: try connection.capabilities()) },
      pools: pools, networks: try unlessUnsupported { () throws(LibvirtError) in try connection.activeNetworks() } ?? [],
      interfaces: try unlessUnsupported { () throws(LibvirtError) in try connection.interfaces() },
      domains: try DomainSurvey(connection, cache).take())
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
