extension DomainDescription {
  /// Most virtual processors a definition is believed to have: QEMU's machines end at 4096.
  static let vcpusMax = 65_536
  /// Most memory a definition is believed to have: 1 PiB.
  static let memoryBytesMax = 1 << 50

  /// Throws where the XML is none, is no domain, or does not say what nothing can be done without: name, uuid, memory, targets of disks.
  init(xml: String) throws(XMLError) {
    let document = try XMLDocument(xml, root: "domain")
    let root = document.root
    virType = try root.required(attribute: "type")
    name = try Self.name(root)
    uuid = try Self.uuid(root)
    memoryBytes = try Self.memory(try root.required("memory"))
    hotplugMemoryBytes = try root.only("maxMemory").map { node throws(XMLError) in try Self.memory(node) }
    vcpus = try Self.vcpus(root)
    let system = try root.only("os")
    architecture = system?.first("type")?["arch"] ?? ""
    machine = system?.first("type")?["machine"] ?? ""
    cpu = try Self.cpu(document)
    let loader = try system?.only("loader")
    loaderPath = loader?.content.nonEmpty
    loaderIsPflash = loader?["type"] == "pflash"
    nvramPath = try Self.nvram(system)
    hostFiles = HostFile.all(in: root)
    hostBindings = HostBinding.all(in: root)
    let devices = try root.only("devices")
    emulator = devices?.first("emulator")?.content.nonEmpty
    disks = try Self.disks(devices)
    interfaces = []
    for node in devices?.all("interface") ?? [] { interfaces.append(try InterfaceDescription(node)) }
    tpm = try devices?.first("tpm").map { node throws(XMLError) in try TPMDescription(node) }
    hostDevices = HostDeviceDescription.all(in: root, tpm: tpm)
    sharedMemoryDevices = SharedMemory.devices(in: devices)
    graphics = []
    for node in devices?.all("graphics") ?? [] { graphics.append(try GraphicsDescription(node)) }
    filesystems = devices?.all("filesystem").map(FilesystemDescription.init) ?? []
    let pages = try root.only("memoryBacking")?.only("hugepages")
    hugepages = pages != nil
    hugepageSizes = try Self.pageSizes(pages)
    let tuning = root.first("cputune")?.children.map(\.name) ?? []
    vcpusPinned = tuning.contains("vcpupin")
    numaPinned =
      root.first("numatune") != nil || tuning.contains { $0 == "vcpupin" || $0 == "emulatorpin" || $0 == "iothreadpin" }
      || root.first("vcpu")?["cpuset"] != nil || root.first("vcpu")?["placement"] == "auto"
    let ours = ReconcileMetadata.read(root)
    mark = ours.mark?.mark
    autostartWanted = ours.mark?.autostart ?? false
    metadataDamaged = ours.isDamaged
    disabledMark = ours.isDisabled
  }

  private static func name(_ root: XMLNode) throws(XMLError) -> String {
    let node = try root.required("name")
    guard let name = node.text.nonEmpty else { throw XMLError("<name> is empty", line: node.line) }
    return name
  }

  private static func uuid(_ root: XMLNode) throws(XMLError) -> String {
    let node = try root.required("uuid")
    let text = node.content.lowercased()
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], parts.joined().utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
      throw XMLError("<uuid> is no UUID: '\(text.prefix(60))'", line: node.line)
    }
    return text
  }

  private static func memory(_ node: XMLNode) throws(XMLError) -> Int {
    let bytes = try ByteSize.read(node, unit: "KiB")
    guard bytes <= memoryBytesMax else { throw XMLError("<\(node.name)> is more than 1 PiB", line: node.line) }
    return bytes
  }

  /// One if the definition names no number, as libvirt has it.
  private static func vcpus(_ root: XMLNode) throws(XMLError) -> Int {
    guard let node = try root.only("vcpu") else { return 1 }
    guard let number = Int(node.content), (1...vcpusMax).contains(number) else {
      throw XMLError("<vcpu> is no number of processors: '\(node.content.prefix(20))'", line: node.line)
    }
    return number
  }

  private static func cpu(_ document: XMLDocument) throws(XMLError) -> CPUDescription? {
    guard let node = try document.root.only("cpu") else { return nil }
    return CPUDescription(
      mode: node["mode"] ?? "custom", model: node.first("model")?.content.nonEmpty, check: node["check"],
      xml: try document.source(of: node))
  }

  /// In the element itself, or since libvirt 8.5 in a source of its own.
  private static func nvram(_ system: XMLNode?) throws(XMLError) -> String? {
    guard let node = try system?.only("nvram") else { return nil }
    guard let source = try node.only("source") else { return node.content.nonEmpty }
    return source["file"] ?? source["dev"]
  }

  private static func disks(_ devices: XMLNode?) throws(XMLError) -> [DiskDescription] {
    var disks: [DiskDescription] = []
    var targets: Set<String> = []
    for node in devices?.all("disk") ?? [] {
      let disk = try DiskDescription(node)
      guard targets.insert(disk.target).inserted else { throw XMLError("two disks have the target \(disk.target)", line: node.line) }
      disks.append(disk)
    }
    return disks
  }

  private static func pageSizes(_ node: XMLNode?) throws(XMLError) -> [Int] {
    var sizes: Set<Int> = []
    for page in node?.all("page") ?? [] {
      var size = page
      size.text = try page.required(attribute: "size")
      sizes.insert(try ByteSize.read(size, unit: "KiB"))
    }
    return sizes.sorted()
  }
}
