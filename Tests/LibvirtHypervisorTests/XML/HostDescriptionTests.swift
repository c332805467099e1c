import Testing

@testable import LibvirtHypervisor

/// What libvirt 9.0 with QEMU 7.2 said of a host without KVM.
@Suite struct HostDescriptionTests {
  @Test func capabilities() throws {
    let found = try CapabilitiesDescription(xml: try Sample.text("capabilities"))
    #expect(found.hostUUID == "4c4c4544-0052-3510-8047-b4c04f564432")
    #expect((found.cpuArchitecture, found.cpuModel, found.cpuVendor, found.cpuMicrocode) == ("x86_64", "kvm64", "AMD", 16_777_317))
    #expect(found.migrationTransports == ["tcp", "rdma"])
    #expect(found.machines["x86_64"]?.isSuperset(of: ["pc", "q35", "pc-i440fx-7.2", "pc-q35-5.2"]) == true)
    #expect(found.machines["x86_64"]?.contains("pc-q35-9.0") == false)
    #expect(Set(found.machines.keys) == ["i686", "x86_64"])
  }

  @Test func aHostThatSaysLittle() throws {
    let found = try CapabilitiesDescription(xml: "<capabilities><host/></capabilities>")
    #expect((found.hostUUID, found.cpuModel, found.migrationTransports, found.machines) == (nil, nil, [], [:]))
    #expect(throws: XMLError("<capabilities> has no <host>", line: 1)) { try CapabilitiesDescription(xml: "<capabilities/>") }
  }

  @Test func domainCapabilities() throws {
    let found = try DomainCapabilities(xml: try Sample.text("domain-capabilities"))
    #expect((found.emulator, found.virType) == ("/usr/bin/qemu-system-x86_64", "qemu"))
    #expect((found.machine, found.architecture, found.vcpusMax) == ("pc-i440fx-7.2", "x86_64", 255))
    #expect(found.isCanonical("pc-i440fx-7.2"))
    #expect(!found.isCanonical("pc"))
    #expect(found.hostModel == "EPYC")
    #expect(found.supportsHostPassthrough == false)
    #expect((found.models["Nehalem"], found.models["Haswell"], found.models["Z80"]) == (true, false, nil))
    #expect(found.loaders == ["/usr/share/OVMF/OVMF_CODE_4M.fd"])
    #expect(found.firmware == ["efi"])
    #expect(found.tpmBackends == ["passthrough", "emulator", "external"])
  }

  @Test func whatIsNotSupportedIsNotOffered() throws {
    let xml = try Sample.text("domain-capabilities").replacing("<tpm supported='yes'>", with: "<tpm supported='no'>").replacing(
      "name='host-model' supported='yes'", with: "name='host-model' supported='no'")
    let found = try DomainCapabilities(xml: xml)
    #expect(found.tpmBackends == [])
    #expect(found.hostModel == nil)
    #expect(throws: XMLError("<domainCapabilities> has no <domain>", line: 1)) { try DomainCapabilities(xml: "<domainCapabilities/>") }
  }
}
