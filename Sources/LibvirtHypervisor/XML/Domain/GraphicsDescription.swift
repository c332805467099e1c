/// A screen of a domain that clients connect to.
struct GraphicsDescription: Sendable, Equatable {
  /// `vnc`, `spice`, …
  var type: String
  /// Fixed addresses it listens on; empty: the host's default, a network's address, a socket or nothing.
  var listenAddresses: [String]
  /// libvirt networks whose address on the host it listens on.
  var listenNetworks: [String]
  /// Nil: none allocated yet.
  var port: Int?
  /// The port is allocated at each start.
  var autoport: Bool
}

extension GraphicsDescription {
  init(_ node: XMLNode) throws(XMLError) {
    type = try node.required(attribute: "type")
    let listens = node.all("listen")
    // Without elements the attribute counts; with them it repeats the first one.
    listenAddresses = listens.isEmpty ? [node["listen"]].compactMap { $0 } : listens.filter(\.isFixedListen).compactMap { $0["address"] }
    listenNetworks = listens.filter { $0["type"] == "network" }.compactMap { $0["network"] }
    let number = node["port"].flatMap { Int($0) }
    port = number.flatMap { $0 > 0 ? $0 : nil }
    autoport = node["autoport"].map { $0 == "yes" } ?? (number == -1)
  }
}

extension XMLNode {
  /// A `<listen>` on an address that its author chose.
  var isFixedListen: Bool { (self["type"] ?? "address") == "address" }
}
