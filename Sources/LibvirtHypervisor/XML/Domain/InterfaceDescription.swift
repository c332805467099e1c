/// A network interface of a domain.
struct InterfaceDescription: Sendable, Equatable {
  enum Kind: String, Sendable {
    case network, bridge, direct, user, ethernet, hostdev, vhostuser, vdpa, `internal`, server, client, mcast, udp, null, vds
    /// Of a libvirt newer than this program.
    case other
  }

  var kind: Kind
  /// The libvirt network, the bridge, the host's interface or the socket it is plugged into; nil: none.
  var source: String?
  var portGroup: String?
  /// Lower case.
  var mac: String?
  var model: String?
  /// `transient`: unplugged for a migration, its `persistent` partner takes over; nil: no failover pair.
  var teaming: String?
}

extension InterfaceDescription {
  init(_ node: XMLNode) throws(XMLError) {
    let written = Kind(rawValue: node["type"] ?? "") ?? .other
    let source = try node.only("source")
    // While it runs, libvirt shows the bridge or device a network gave it; what it needs of a host is the network.
    kind = (written == .bridge || written == .direct) && source?["network"] != nil ? .network : written
    self.source =
      switch kind {
      case .network: source?["network"]
      case .bridge: source?["bridge"]
      case .direct, .vdpa: source?["dev"]
      case .vhostuser: source?["path"]
      case .internal: source?["name"]
      default: nil
      }
    portGroup = source?["portgroup"]
    mac = node.first("mac")?["address"]?.lowercased()
    model = node.first("model")?["type"]
    teaming = node.first("teaming")?["type"]
  }
}
