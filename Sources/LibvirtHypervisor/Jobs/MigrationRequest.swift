import CLibvirt
import Fleet

/// Flags and parameters of one live or block migration.
struct MigrationRequest: Sendable, Equatable {
  var flags: UInt32
  /// `migrate_uri`: where the streams go, if not where the connection does.
  var migrateURI: String?
  var listenAddress: String?
  /// Name the destination's certificate must carry if the stream goes to an address.
  var tlsDestination: String?
  var bandwidthMebibytes: Int?
  var connections: Int?
  var compression: String?
  /// Exactly the disks that are copied.
  var copiedDisks: [String]
  var destinationXML: String?
  var persistentXML: String?

  struct Side: Sendable, Equatable {
    var migrationAddress: String?
    var connectionHost: String

    /// Where the streams go, if that is said: left to itself the destination announces its own host name, which a site that enters its hosts
    /// by address need not resolve anywhere.
    var streamAddress: String? { migrationAddress ?? (HostURI.isAddress(connectionHost) ? connectionHost : nil) }
  }

  /// Peer-to-peer always, so that this program's death does not stop it; the definition ends on one host only.
  init(_ options: MigrateOptions, isPersistent: Bool, encrypted: Bool, destination: Side, destinationXML: String?, persistentXML: String?) {
    let policy = options.policy
    var flags = [VIR_MIGRATE_LIVE, VIR_MIGRATE_PEER2PEER, VIR_MIGRATE_ABORT_ON_ERROR]
    if isPersistent { flags += [VIR_MIGRATE_PERSIST_DEST, VIR_MIGRATE_UNDEFINE_SOURCE] }
    if options.arrivesPaused == true { flags.append(VIR_MIGRATE_PAUSED) }
    if policy.autoConverge { flags.append(VIR_MIGRATE_AUTO_CONVERGE) }
    if policy.postCopy { flags.append(VIR_MIGRATE_POSTCOPY) }
    if encrypted { flags.append(VIR_MIGRATE_TLS) }
    if policy.connections > 1 {
      flags.append(VIR_MIGRATE_PARALLEL)
      connections = policy.connections
    }
    if policy.compression {
      flags.append(VIR_MIGRATE_COMPRESSED)
      // Parallel streams know no xbzrle, the one method that every QEMU has.
      compression = policy.connections > 1 ? "zstd" : "xbzrle"
    }
    copiedDisks = options.disks.filter { $0.action == .copy }.map(\.target)
    // An empty list would mean all disks: a shared one would be copied onto itself.
    if !copiedDisks.isEmpty { flags.append(VIR_MIGRATE_NON_SHARED_DISK) }
    self.flags = flags.reduce(0) { $0 | UInt32($1.rawValue) }
    if policy.bandwidthBytesPerSecond > 0 { bandwidthMebibytes = max(1, policy.bandwidthBytesPerSecond >> 20) }
    if let address = destination.streamAddress {
      migrateURI = "tcp://" + (address.contains(":") ? "[\(address)]" : address)
      // The address of the connection may be one that is translated on the way; only what is declared is known to be the host's own.
      if address == destination.migrationAddress, HostURI.isAddress(address) { listenAddress = address }
      if encrypted { tlsDestination = destination.connectionHost }
    }
    self.destinationXML = destinationXML
    self.persistentXML = persistentXML
  }

  /// The same migration, taken up again after its post-copy phase broke.
  var resuming: MigrationRequest {
    var request = self
    request.flags |= UInt32(VIR_MIGRATE_POSTCOPY.rawValue) | UInt32(VIR_MIGRATE_POSTCOPY_RESUME.rawValue)
    return request
  }

  /// Without encryption, where the policy only prefers it.
  var unencrypted: MigrationRequest {
    var request = self
    request.flags &= ~UInt32(VIR_MIGRATE_TLS.rawValue)
    request.tlsDestination = nil
    return request
  }

  var isEncrypted: Bool { flags & UInt32(VIR_MIGRATE_TLS.rawValue) != 0 }

  /// The caller frees them.
  func parameters() -> TypedParameters {
    var list = TypedParameters()
    if let migrateURI { list.add(VIR_MIGRATE_PARAM_URI, migrateURI) }
    if let listenAddress { list.add(VIR_MIGRATE_PARAM_LISTEN_ADDRESS, listenAddress) }
    if let tlsDestination { list.add(VIR_MIGRATE_PARAM_TLS_DESTINATION, tlsDestination) }
    if let bandwidthMebibytes {
      list.add(VIR_MIGRATE_PARAM_BANDWIDTH, UInt64(bandwidthMebibytes))
      if flags & UInt32(VIR_MIGRATE_POSTCOPY.rawValue) != 0 {
        list.add(VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY, UInt64(bandwidthMebibytes))
      }
    }
    if let connections { list.add(VIR_MIGRATE_PARAM_PARALLEL_CONNECTIONS, Int32(clamping: connections)) }
    if let compression { list.add(VIR_MIGRATE_PARAM_COMPRESSION, compression) }
    for disk in copiedDisks { list.add(VIR_MIGRATE_PARAM_MIGRATE_DISKS, disk) }
    if let destinationXML { list.add(VIR_MIGRATE_PARAM_DEST_XML, destinationXML) }
    if let persistentXML { list.add(VIR_MIGRATE_PARAM_PERSIST_XML, persistentXML) }
    return list
  }
}
