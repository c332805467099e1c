/// What a host's capabilities say.
struct CapabilitiesDescription: Sendable, Equatable {
  /// Lower case; nil: not known. Two hosts of the same one cannot migrate to each other.
  var hostUUID: String?
  var cpuArchitecture: String?
  var cpuModel: String?
  var cpuVendor: String?
  var cpuMicrocode: Int?
  /// `tcp`, `rdma`, …
  var migrationTransports: [String]
  /// Machine types by architecture, aliases among them.
  var machines: [String: Set<String>]
}

extension CapabilitiesDescription {
  init(xml: String) throws(XMLError) {
    let root = try XMLDocument(xml, root: "capabilities").root
    let host = try root.required("host")
    hostUUID = host.first("uuid")?.content.lowercased()
    let cpu = host.first("cpu")
    cpuArchitecture = cpu?.first("arch")?.content.nonEmpty
    cpuModel = cpu?.first("model")?.content.nonEmpty
    cpuVendor = cpu?.first("vendor")?.content.nonEmpty
    cpuMicrocode = cpu?.first("microcode")?["version"].flatMap { Int($0) }
    migrationTransports = host.first("migration_features", "uri_transports")?.all("uri_transport").map(\.content) ?? []
    machines = [:]
    for architecture in root.all("guest").flatMap({ $0.all("arch") }) {
      guard let name = architecture["name"] else { continue }
      let domains = architecture.all("domain")
      machines[name, default: []].formUnion((architecture.all("machine") + domains.flatMap { $0.all("machine") }).map(\.content))
    }
  }
}
