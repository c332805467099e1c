import Foundation

/// What others do in the middle: users, other tools, machines that restart.
extension Lab {
  /// Somebody takes the guest's definition from wherever it is and starts it on that host.
  package static func somebodyStarts(_ name: String, on host: String, definition: String? = nil) async throws {
    var xml = definition
    for other in hosts where xml == nil {
      let ended = try await virsh(other, "dumpxml", "--inactive", name)
      if ended.status == 0 { xml = ended.output }
    }
    guard let xml else { throw LabError("no host has a definition of \(name)") }
    let file = FileManager.default.temporaryDirectory.appending(path: "reconcile-lab-\(UUID().uuidString).xml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(xml.utf8).write(to: file)
    try await does(host, "define", file.path)
    try await does(host, "start", name)
  }

  /// A command of `virsh` that must succeed.
  package static func does(_ host: String, _ arguments: String...) async throws {
    let ended = try await Running("/usr/bin/virsh", ["-q", "-c", "qemu+tcp://\(host)/system"] + arguments).wait(within: .seconds(30))
    guard ended.status == 0 else { throw LabError("virsh on \(host): \(arguments.joined(separator: " ")): \(ended)") }
  }

  /// Power loss, and power on again; returns when the daemon has seen to its autostart guests: each is active.
  package static func reboot(_ host: String) async throws {
    try await must("crash", host)
    try await must("boot", host, within: .seconds(90))
    try await eventually("\(host) has started its autostart guests") { () async throws -> Void? in
      let wanted = try await virsh(host, "list", "--all", "--autostart", "--name")
      let active = try await virsh(host, "list", "--name")
      guard wanted.status == 0, active.status == 0 else { return nil }
      let names = { (text: String) in Set(text.split(whereSeparator: \.isNewline)) }
      return names(wanted.output).isSubset(of: names(active.output)) ? () : nil
    }
  }

  /// Whether the guest's definition there starts with its host; nil if there is none.
  package static func startsWithHost(_ name: String, on host: String) async throws -> Bool? {
    let ended = try await virsh(host, "dominfo", name)
    guard let line = ended.output.split(separator: "\n").first(where: { $0.hasPrefix("Autostart:") }) else { return nil }
    return line.hasSuffix("enable")
  }

  /// The process id of a host (its init), its `libvirtd`, or a guest's QEMU on it.
  package static func pid(_ host: String, _ what: String? = nil) async throws -> Int32 {
    let ended = try await run(["pid", host] + (what.map { [$0] } ?? []))
    guard let pid = Int32(ended.output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw LabError("no \(what ?? "init") on \(host): \(ended)")
    }
    return pid
  }

  /// Runs a command the moment that host's libvirt tells of the event of the guest (`lab/after-event`); returns once it listens.
  package static func atEvent(_ event: String, of name: String, on host: String, _ command: [String]) async throws -> Running {
    let listener = try Running("/usr/bin/python3", [root.appending(path: "lab/after-event").path, host, name, event] + command)
    try await eventually("a listener on \(host)") {
      guard listener.isRunning else { throw LabError("the listener on \(host) ended: \(listener.output)\(listener.errors)") }
      return listener.output.contains("listening") ? () : nil
    }
    return listener
  }

  /// Waits until the guest's state on that host begins so.
  package static func state(_ name: String, on host: String, is prefix: String, within limit: Duration = .seconds(40)) async throws {
    try await eventually("\(name) is \(prefix) on \(host)", within: limit) {
      try await states(name)[host]?.hasPrefix(prefix) == true ? () : nil
    }
  }
}
