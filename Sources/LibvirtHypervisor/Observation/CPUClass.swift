import Fleet

extension HostSurvey.Domain {
  /// What the guest needs of a host's processor, as a name that is the same for the same need; nil: an emulated guest, which runs anywhere.
  func cpuClass(on host: CapabilitiesDescription) -> String? {
    guard description.virType == "kvm", let cpu = description.cpu else { return nil }
    if Self.isPassedThrough(cpu) { return host.cpuClass }
    return "\(cpu.model ?? cpu.mode) \(SHA256.hex(cpu.xml).prefix(8))"
  }

  /// The guest sees the host's own processor: only the same processor with the same microcode will do.
  static func isPassedThrough(_ cpu: CPUDescription) -> Bool { cpu.mode == "host-passthrough" || cpu.mode == "maximum" }
}

extension CapabilitiesDescription {
  var cpuClass: String {
    [cpuModel, cpuVendor, cpuMicrocode.map { "microcode \($0)" }].compactMap { $0 }.joined(separator: " ")
  }
}
