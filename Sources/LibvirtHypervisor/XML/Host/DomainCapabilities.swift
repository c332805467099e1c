/// What a host can offer to guests of one emulator, architecture and machine type (virConnectGetDomainCapabilities).
struct DomainCapabilities: Sendable, Equatable {
  var emulator: String?
  /// `kvm`, `qemu`.
  var virType: String
  /// The machine type meant by the name that was asked for.
  var machine: String
  var architecture: String
  var vcpusMax: Int?
  /// Model that `host-model` stands for; nil: not supported.
  var hostModel: String?
  var supportsHostPassthrough: Bool
  /// Named models and whether guests can use them; a model that is not said to be either is usable.
  var models: [String: Bool]
  var loaders: Set<String>
  /// Firmware that libvirt can choose itself: `bios`, `efi`.
  var firmware: Set<String>
  var tpmBackends: Set<String>

  /// The machine type asked for is this one, and not merely an alias of it.
  func isCanonical(_ machine: String) -> Bool { self.machine == machine }
}

extension DomainCapabilities {
  init(xml: String) throws(XMLError) {
    let root = try XMLDocument(xml, root: "domainCapabilities").root
    emulator = try root.only("path")?.content.nonEmpty
    virType = try root.required("domain").content
    machine = try root.only("machine")?.content ?? ""
    architecture = try root.required("arch").content
    vcpusMax = root.first("vcpu")?["max"].flatMap { Int($0) }
    let modes = root.first("cpu")?.all("mode") ?? []
    func mode(_ name: String) -> XMLNode? { modes.first { $0["name"] == name && $0["supported"] == "yes" } }
    hostModel = mode("host-model")?.first("model")?.content.nonEmpty
    supportsHostPassthrough = mode("host-passthrough") != nil
    models = [:]
    for model in mode("custom")?.all("model") ?? [] { models[model.content] = model["usable"] != "no" }
    let system = root.first("os")
    loaders = Set(system?.first("loader")?.all("value").map(\.content) ?? [])
    firmware = Self.values("firmware", of: system)
    tpmBackends = Self.values("backendModel", of: root.first("devices", "tpm"))
  }

  private static func values(_ name: String, of node: XMLNode?) -> Set<String> {
    guard let node, node["supported"] != "no" else { return [] }
    return Set(node.all("enum").first { $0["name"] == name }?.all("value").map(\.content) ?? [])
  }
}
