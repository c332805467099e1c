/// What a domain opens on its host that nothing can prove another host to have: another process's socket or memory, a device, an option
/// handed to QEMU past libvirt, and whatever this program does not know and that names a file.
///
/// Each in words that end a sentence beginning with *it opens*, with the definition's own words in them, in the order of the definition.
enum HostBinding {
  /// Longest piece of a definition that is quoted, in characters.
  static let quotedMax = 120

  static func all(in domain: XMLNode) -> [String] {
    var found: [String] = []
    for child in domain.children {
      if child.namespace != nil {
        found += passedThrough(child)
      } else {
        found += unknown(child, [])
      }
    }
    var seen: Set<String> = []
    return found.filter { seen.insert($0).inserted }
  }

  // MARK: past libvirt

  /// Options of QEMU that open no file, whatever their value says, as long as that names none.
  private static let harmlessOptions: Set<String> = [
    "-smbios", "-msg", "-overcommit", "-no-hpet", "-no-fd-bootchk", "-nodefaults", "-rtc", "-boot", "-k", "-smp", "-m", "-no-shutdown",
    "-no-reboot", "-machine", "-name", "-device", "-vga", "-icount", "-accel", "-enable-kvm",
  ]
  /// Parts of an option's value that lead to something of the host.
  private static let leading = [
    "/", "file=", "file.", "path=", "host", "fd=", "drive=", "chardev=", "netdev=", "memdev=", "vhost", "vfio", "script=", "socket", "dir=",
    "mon=", "kernel", "initrd", "dtb", "firmware", "pflash", "exec:",
  ]

  /// `<qemu:commandline>` and its like. An option and its value are two arguments.
  private static func passedThrough(_ node: XMLNode) -> [String] {
    guard node.name == "commandline" else {
      return paths(in: node).map { "\(quoted($0)), named in <\(node.qualifiedName)>, which this program does not know" }
    }
    var found: [String] = []
    var arguments = node.children.filter { $0.name == "arg" }.map { $0["value"] ?? "" }[...]
    while let option = arguments.popFirst() {
      let value = arguments.first?.hasPrefix("-") == false ? arguments.popFirst() : nil
      let text = [option, value].compactMap { $0 }.joined(separator: " ")
      let name = option.hasPrefix("--") ? String(option.dropFirst()) : option
      if !isHarmless(name, value ?? "") { found.append("what QEMU's own option '\(quoted(text))' names (<\(node.qualifiedName)>)") }
    }
    for variable in node.children.filter({ $0.name == "env" }) where leads(variable["value"] ?? "") {
      let text = "\(variable["name"] ?? "")=\(variable["value"] ?? "")"
      found.append("what QEMU's variable '\(quoted(text))' names (<\(node.qualifiedName)>)")
    }
    for other in node.children where other.name != "arg" && other.name != "env" {
      found += paths(in: other).map { "\(quoted($0)), named in <\(other.qualifiedName)>, which this program does not know" }
    }
    return found
  }

  private static func isHarmless(_ option: String, _ value: String) -> Bool {
    switch option {
    case "-cpu": true
    // Its name is written like a path.
    case "-fw_cfg": value.contains("string=") && !value.contains("file=")
    // `device.hostdev0.x-vga=on`, `ICH9-LPC.disable_s3=1`: what it is set to counts.
    case "-set", "-global": !leads(String(value.split(separator: "=", maxSplits: 1).last ?? ""))
    default: harmlessOptions.contains(option) && !leads(value)
    }
  }

  private static func leads(_ value: String) -> Bool { leading.contains(where: value.lowercased().contains) }

  private static func paths(in node: XMLNode) -> [String] {
    (node.attributes.map(\.value) + [node.content]).filter(namesFile) + node.children.flatMap(paths)
  }

  // MARK: unknown elements

  private static func namesFile(_ text: String) -> Bool { text.hasPrefix("/") || text.lowercased().hasPrefix("file:") }

  /// Subtrees that name no file to be opened, or whose files are judged elsewhere.
  private static let judged: Set<String> = [
    "metadata", "title", "description", "name", "blkiotune", "resource", "launchSecurity", "sysinfo", "os/cmdline", "os/acpi/table",
    "os/loader",
    "os/kernel", "os/initrd", "os/dtb", "devices/emulator", "devices/hostdev", "devices/tpm", "devices/disk/serial", "devices/disk/wwn",
    "devices/disk/vendor", "devices/disk/product", "devices/disk/mirror", "devices/disk/source/host", "devices/disk/source/reservations",
    "devices/disk/source/initiator", "devices/disk/source/cookies", "devices/disk/source/config", "devices/filesystem/binary",
    "devices/interface/script", "devices/interface/downscript", "devices/interface/backend", "devices/memory/source/path",
  ]
  /// Attributes, and text where no attribute stands, that are judged elsewhere or open nothing that lasts.
  private static let judgedAttributes: Set<String> = [
    "os/nvram", "os/nvram@template", "os/nvram/source@file", "os/nvram/source@dev",
    "devices/disk/source@file", "devices/disk/source@dev", "devices/disk/source@dir", "devices/disk/source@path",
    "devices/disk/source@name", "devices/disk/source@query", "devices/filesystem/source@dir", "devices/filesystem/source@file",
    "devices/filesystem/source@dev", "devices/filesystem/source@socket", "devices/filesystem/source@name",
    "devices/filesystem/target@dir", "devices/graphics@socket", "devices/graphics/listen@socket", "devices/interface/source@path",
    "devices/interface/source@dev", "devices/interface/source@socket", "devices/interface/target@dev",
  ]
  private static let characterDevices: Set<String> = ["serial", "parallel", "console", "channel", "redirdev"]
  /// Random numbers are the same from everywhere.
  private static let randomSources: Set<String> = ["/dev/random", "/dev/urandom", "/dev/hwrng"]

  private static func unknown(_ node: XMLNode, _ above: [String]) -> [String] {
    let path = above + [node.name]
    let place = path.joined(separator: "/")
    if judged.contains(place) || node.name == "seclabel" || node.name == "alias" || node.name == "address" { return [] }
    if path.count == 2, path[0] == "devices", let known = device(node) { return known }
    if path.count == 3, path[0] == "devices", path[2] == "rom" { return [] }
    var found: [String] = []
    if node.name == "backingStore", path.starts(with: ["devices", "disk"]) {
      // The chain is read with its disk; what stands beside the sources is not.
      return node.children.flatMap { child in
        child.name == "source"
          ? unknown(child, ["devices", "disk"]) : child.name == "backingStore" ? unknown(child, above) : unknown(child, path)
      }
    }
    for attribute in node.attributes where namesFile(attribute.value) && !judgedAttributes.contains("\(place)@\(attribute.name)") {
      found.append(told(attribute.value, place))
    }
    if namesFile(node.content), !judgedAttributes.contains(place) { found.append(told(node.content, place)) }
    return found + node.children.flatMap { $0.namespace == nil ? unknown($0, path) : paths(in: $0).map { told($0, place) } }
  }

  private static func told(_ value: String, _ place: String) -> String {
    "\(quoted(value)), named in <\(place.split(separator: "/").last ?? "")> (\(place)), which this program does not know"
  }

  /// Devices whose files have a meaning of their own; nil: the device is looked through like any other element.
  private static func device(_ node: XMLNode) -> [String]? {
    switch node.name {
    case let name where characterDevices.contains(name): return character(node)
    case "rng":
      let backend = node.first("backend")
      return backend.map { randomSources.contains($0.content) ? [] : unknown($0, ["devices", "rng"]) } ?? []
    case "shmem": return ["shared memory \(quoted(node["name"] ?? "?")) of another process"]
    case "interface" where node["type"] == "vhostuser":
      return ["socket \(quoted(node.first("source")?["path"] ?? "?")) of another process (vhost-user interface)"]
    default: return nil
    }
  }

  /// A log that the guest only writes to, and sockets made for it, come into being wherever it goes; a device or a pipe does not.
  private static func character(_ node: XMLNode) -> [String] {
    let source = node.first("source")?["path"] ?? "?"
    switch node["type"] {
    case "dev": return ["device \(quoted(source)) of its host (\(node.name))"]
    case "pipe": return ["pipe \(quoted(source)) of its host (\(node.name))"]
    default: return []
    }
  }

  static func quoted(_ text: String) -> String {
    let line = text.map { $0.isNewline ? " " : $0 }
    return line.count > quotedMax ? String(line.prefix(quotedMax)) + "…" : String(line)
  }
}
