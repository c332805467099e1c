import Fleet

/// What a domain's definition says that observation, checks and copies need.
struct DomainDescription: Sendable, Equatable {
  /// `kvm`, `qemu` (emulated).
  var virType: String
  var name: String
  /// Lower case.
  var uuid: String
  /// The most it may ever have.
  var memoryBytes: Int
  var vcpus: Int
  var architecture: String
  var machine: String
  var emulator: String?
  var cpu: CPUDescription?
  /// UEFI variables as a file of the host; nil: none, or elsewhere.
  var nvramPath: String?
  var disks: [DiskDescription]
  var interfaces: [InterfaceDescription]
  var hostDevices: [HostDeviceDescription]
  /// Devices that share the guest's memory with another process of the host.
  var sharedMemoryDevices: [String]
  var tpm: TPMDescription?
  var graphics: [GraphicsDescription]
  var mark: WriterMark?

  init(xml: String) throws {
    let root = try XMLElement(xml: xml)
    guard root.name == "domain" else { throw XMLError(text: "a <\(root.name)>, not a <domain>") }
    guard let name = root.child("name")?.trimmedText, let uuid = root.child("uuid")?.trimmedText else {
      throw XMLError(text: "a domain without name or uuid")
    }
    virType = root["type"] ?? ""
    self.name = name
    self.uuid = uuid.lowercased()
    memoryBytes = max(try Self.bytes(root.child("memory")), try Self.bytes(root.child("maxMemory")))
    vcpus = root.child("vcpu")?.trimmedText.flatMap { Int($0) } ?? 1
    let system = root.at("os", "type")
    architecture = system?["arch"] ?? ""
    machine = system?["machine"] ?? ""
    let nvram = root.at("os", "nvram")
    nvramPath = nvram?.at("source")?["file"] ?? nvram?.trimmedText
    cpu = root.child("cpu").map { CPUDescription($0, in: xml) }
    let devices = root.child("devices")?.children ?? []
    emulator = devices.first { $0.name == "emulator" }?.trimmedText
    disks = devices.filter { $0.name == "disk" }.map(DiskDescription.init)
    interfaces = devices.filter { $0.name == "interface" }.map(InterfaceDescription.init)
    hostDevices = devices.compactMap(HostDeviceDescription.init)
    sharedMemoryDevices = devices.compactMap(Self.sharedMemory)
    tpm = devices.first { $0.name == "tpm" }.map(TPMDescription.init)
    graphics = devices.filter { $0.name == "graphics" }.map(GraphicsDescription.init)
    mark = root.child("metadata")?.children.first { $0.namespace == ReconcileMetadata.markNamespace }.flatMap {
      ReconcileMetadata.Mark($0)?.mark
    }
  }

  /// Memory the host's process takes beside the guest's: memory/512 + 50 MiB + 8 MiB a vCPU + 8 MiB I/O + 32 MiB video, and more for what
  /// pins or emulates (KubeVirt's estimate, `GetMemoryOverhead`, less what only its containers need).
  var overheadBytes: Int {
    var extra = 0
    if hostDevices.contains(where: \.blocksMigration) { extra += 1024 }
    if tpm != nil { extra += 53 }
    return Self.overheadBytes(memoryBytes: memoryBytes, vcpus: vcpus) + extra << 20
  }

  static func overheadBytes(memoryBytes: Int, vcpus: Int) -> Int { memoryBytes / 512 + (50 + 8 * vcpus + 8 + 32) << 20 }

  /// What the definition alone says stands in the way of some mode.
  var blockers: Set<BlockerCode> {
    var found: Set<BlockerCode> = []
    if hostDevices.contains(where: \.blocksMigration) { found.insert(.hostDevice) }
    if !sharedMemoryDevices.isEmpty { found.insert(.sharedMemory) }
    if disks.contains(where: \.hasMirror) { found.insert(.blockJob) }
    return found
  }

  private static func sharedMemory(_ device: XMLElement) -> String? {
    switch (device.name, device["type"]) {
    case ("interface", "vhostuser"): "a vhost-user interface"
    case ("disk", "vhostuser"): "a vhost-user disk"
    case ("shmem", _): "shared memory \(device["name"] ?? "")"
    case ("filesystem", _) where device.child("driver")?["type"] == "virtiofs": "a virtiofs file system"
    default: nil
    }
  }

  /// libvirt writes KiB where no unit is said.
  private static func bytes(_ element: XMLElement?) throws(XMLError) -> Int {
    guard let element else { return 0 }
    guard let text = element.trimmedText, let count = Int(text), count >= 0 else { throw XMLError(text: "<\(element.name)> is no number") }
    let unit: Int? =
      switch element["unit"] ?? "KiB" {
      case "b", "bytes": 1
      case "KB": 1000
      case "k", "KiB": 1 << 10
      case "MB": 1_000_000
      case "M", "MiB": 1 << 20
      case "GB": 1_000_000_000
      case "G", "GiB": 1 << 30
      case "T", "TiB": 1 << 40
      default: nil
      }
    guard let unit else { throw XMLError(text: "<\(element.name)> is in an unknown unit, \(element["unit"] ?? "")") }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow else { throw XMLError(text: "<\(element.name)> is beyond all bounds") }
    return bytes
  }
}

struct CPUDescription: Sendable, Equatable {
  var mode: String
  var model: String?
  /// The element itself, as libvirt takes it for a comparison.
  var xml: String

  init(_ element: XMLElement, in domain: String) {
    mode = element["mode"] ?? "custom"
    model = element.child("model")?.trimmedText
    xml = (try? XMLDocument(domain)).flatMap { document in CLibXML2Element.text("cpu", in: document) } ?? ""
  }
}

struct InterfaceDescription: Sendable, Equatable {
  enum Kind: Sendable, Equatable { case network, bridge, other }
  var kind: Kind
  /// Name of the network or bridge.
  var source: String?

  init(_ element: XMLElement) {
    let source = element.child("source")
    switch element["type"] {
    case "network": (kind, self.source) = (.network, source?["network"])
    case "bridge": (kind, self.source) = (.bridge, source?["bridge"])
    default: (kind, self.source) = (.other, nil)
    }
  }
}

/// A device of the host that is passed through to the guest.
struct HostDeviceDescription: Sendable, Equatable {
  var text: String
  /// A USB device is unplugged and found again by the guest; the spare of a failover pair is unplugged by libvirt.
  var blocksMigration: Bool

  init?(_ element: XMLElement) {
    let isSpare = element.child("teaming")?["type"] == "transient"
    switch (element.name, element["type"]) {
    case ("hostdev", let type):
      let kind = type ?? "unknown"
      text = "\(kind) device \(Self.address(element))"
      blocksMigration = kind != "usb" && !isSpare
    case ("interface", "hostdev"):
      text = "network device \(Self.address(element))"
      blocksMigration = !isSpare
    default: return nil
    }
  }

  private static func address(_ element: XMLElement) -> String {
    guard let address = element.at("source", "address") else { return "" }
    return address.attributes.filter { $0.key != "type" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}

struct TPMDescription: Sendable, Equatable {
  /// Its state is files of the host, made by an emulator.
  var isEmulated: Bool
  init(_ element: XMLElement) { isEmulated = element.child("backend")?["type"] == "emulator" }
}

struct GraphicsDescription: Sendable, Equatable {
  var type: String
  var listenAddresses: [String]

  init(_ element: XMLElement) {
    type = element["type"] ?? ""
    let listens = element.all("listen").filter { $0["type"] == "address" }.compactMap { $0["address"] }
    listenAddresses = Array(Set(listens + [element["listen"]].compactMap { $0 })).sorted()
  }
}
