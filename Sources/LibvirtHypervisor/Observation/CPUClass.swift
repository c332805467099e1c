import Fleet

extension HostSurvey.Domain {
  /// What the guest needs of a host's processor, as a name that is the same for the same need; nil: an emulated guest, which runs anywhere.
  func cpuClass(on host: CapabilitiesDescription) -> String? {
    guard description.virType == "kvm", let cpu = description.cpu else { return nil }
    if Self.isPassedThrough(cpu) { return host.cpuClass }
    return "\(cpu.model ?? cpu.mode) \(SHA256.hex(cpu.needs).prefix(8))"
  }

  /// The guest sees the host's own processor: only the same processor with the same microcode will do.
  static func isPassedThrough(_ cpu: CPUDescription) -> Bool { cpu.mode == "host-passthrough" || cpu.mode == "maximum" }
}

extension CapabilitiesDescription {
  var cpuClass: String {
    [cpuModel, cpuVendor, cpuMicrocode.map { "microcode \($0)" }].compactMap { $0 }.joined(separator: " ")
  }
}

extension CPUDescription {
  /// Model, vendor and features, without what only lays the same processors out: topology, NUMA, caches.
  fileprivate var needs: String {
    guard let root = try? XMLDocument(xml).root else { return xml }
    let parts = root.children.filter { ["model", "vendor", "feature"].contains($0.name) }
      .map { "\($0.name) \($0["policy"] ?? "") \($0["name"] ?? $0.text)" }
    return parts.sorted().joined(separator: ";")
  }
}
