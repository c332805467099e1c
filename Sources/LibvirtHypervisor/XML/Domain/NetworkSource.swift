/// A disk's image or a pool's source that a server offers over the network.
struct NetworkSource: Sendable, Equatable {
  struct Host: Sendable, Equatable, Hashable {
    /// Name or address; the path of the socket if the transport is `unix`.
    var name: String
    /// Nil: the protocol's own.
    var port: Int?
    /// `tcp`, `rdma` or `unix`.
    var transport = "tcp"

    /// Another host would reach another server by the same name.
    var isLocal: Bool {
      let name = name.lowercased()
      return transport == "unix" || name == "localhost" || name.hasPrefix("localhost.") || name.hasPrefix("127.") || name == "::1"
    }
  }

  /// `rbd`, `nbd`, `iscsi`, `gluster`, …
  var protocolName: String
  /// Pool and image, export, target and LUN, path; as the protocol has it.
  var name: String
  var hosts: [Host]

  /// Ports libvirt documents for a source that names none (docs/formatdomain, "disk source"); librados has several.
  private static let ports = [
    "nbd": 10809, "iscsi": 3260, "gluster": 24007, "sheepdog": 7000, "http": 80, "https": 443, "ftp": 21, "ftps": 990, "tftp": 69,
    "ssh": 22, "nfs": 2049, "vxhs": 9999,
  ]

  /// The source written the same way wherever it is used, its hosts sorted: `rbd://mon1:6789,mon2:6789/pool/image`.
  ///
  /// Nil if nothing proves that another host would reach the same: no server named (a local configuration file does), a loopback address,
  /// a socket of this host.
  var identity: String? { hosts.isEmpty || hosts.contains(where: \.isLocal) ? nil : text }

  var text: String {
    let servers = hosts.map { host in
      let name = host.name.contains(":") && host.transport != "unix" ? "[\(host.name.lowercased())]" : host.name
      guard host.transport != "unix" else { return "unix:\(name)" }
      let port = host.port ?? Self.ports[protocolName]
      return (port.map { "\(name.lowercased()):\($0)" } ?? name.lowercased())
    }
    let path = protocolName == "iscsi" && !name.contains("/") && !name.isEmpty ? "\(name)/0" : name
    return "\(protocolName)://\(servers.sorted().joined(separator: ","))\(path.isEmpty || path.hasPrefix("/") ? path : "/" + path)"
  }
}

extension NetworkSource.Host {
  /// A `<host>` of a disk or a pool.
  init(_ node: XMLNode) throws(XMLError) {
    transport = node["transport"] ?? "tcp"
    if let text = node["port"] {
      guard let number = Int(text), (0...65535).contains(number) else {
        throw XMLError("no port number: '\(text.prefix(20))'", line: node.line)
      }
      port = number == 0 ? nil : number
    }
    guard let name = (transport == "unix" ? node["socket"] : node["name"])?.nonEmpty else {
      throw XMLError("<host> has no \(transport == "unix" ? "socket" : "name")", line: node.line)
    }
    self.name = name
  }
}
