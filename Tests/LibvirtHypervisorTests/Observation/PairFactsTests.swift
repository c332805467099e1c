import CLibvirt
import Fleet
import Testing

@testable import LibvirtHypervisor

/// What both hosts show is planned around, with its reason, before anything is begun.
@Suite struct PairFactsTests {
  private func domain(_ uuid: Int = 1, _ name: String = "web", running: Bool = true, devices: String = "") throws -> HostSurvey.Domain {
    let description = try DomainDescription(
      xml: """
        <domain type='qemu'><name>\(name)</name><uuid>6f0c2c66-0000-4000-8000-00000000000\(uuid)</uuid><memory unit='KiB'>32768</memory>
        <vcpu>1</vcpu><os><type arch='x86_64' machine='pc-i440fx-7.1'>hvm</type></os><devices>\(devices)</devices></domain>
        """)
    let kind = running ? VIR_DOMAIN_RUNNING : VIR_DOMAIN_SHUTOFF
    return HostSurvey.Domain(
      description: description, state: DomainState(state: Int32(kind.rawValue), reason: 1), isPersistent: true, hasManagedSave: false,
      hasSnapshots: false, sizes: [:])
  }
  private func survey(_ domains: [HostSurvey.Domain] = [], uuid: Int = 1, version: Int = 7_002_000) throws -> HostSurvey {
    HostSurvey(
      memoryBytes: 1 << 30, cpus: 1,
      capabilities: try CapabilitiesDescription(
        xml: "<capabilities><host><uuid>7661c4b4-0000-4000-8000-00000000000\(uuid)</uuid></host></capabilities>"),
      pools: [], networks: [], interfaces: ["eth0"], domains: domains, hypervisorVersion: version, secrets: [])
  }
  /// What hv2 says of the guests of hv1.
  private func refusals(_ one: HostSurvey, _ two: HostSurvey, unknown: Set<MachineClass> = []) -> [HostRefusal] {
    var cell = CellSurvey(
      name: "c", hosts: ["hv1": .success(one), "hv2": .success(two)], now: Timestamp(milliseconds: 1_800_000_000_000))
    cell.offered.unknown["hv2"] = unknown
    let seen = cell.observation { _ in false }
    return (seen.hosts.first { $0.name == "hv2" }?.refusals ?? [:]).values.sorted { $0.uuid < $1.uuid }
  }

  @Test func nothingSpeaksAgainstItBetweenTwoSoundHosts() throws {
    #expect(refusals(try survey([try domain()]), try survey(uuid: 2)).isEmpty)
  }

  /// Case 03.
  @Test func hostsOfOneUUID() throws {
    let found = refusals(try survey([try domain()]), try survey())
    #expect(found.map(\.onlineOnly) == [true] && found.map(\.origin) == [.facts])
    #expect(found[0].text.hasPrefix("hv1 and hv2 have one host UUID (7661c4b4-0000-4000-8000-000000000001)"))
  }

  /// Case 05.
  @Test func aMachineThatIsNotKnown() throws {
    let web = try domain()
    let found = refusals(try survey([web]), try survey(uuid: 2), unknown: [MachineClass(web.description)])
    #expect(found.map(\.text) == ["hv2 does not know machine type pc-i440fx-7.1 (emulator any)"])
    #expect(found.map(\.onlineOnly) == [false])
  }

  @Test func secretsDevicesAndVersions() throws {
    let secret =
      "<disk type='file' device='disk'><source file='/a'><encryption format='luks'><secret type='passphrase' "
      + "uuid='0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f'/></encryption></source><target dev='vda'/></disk>"
    #expect(
      refusals(try survey([try domain(devices: secret)]), try survey(uuid: 2)).map(\.text) == [
        "hv2 has no libvirt secret 0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f, which it needs"
      ])
    let direct = "<interface type='direct'><source dev='bond0' mode='bridge'/></interface>"
    #expect(
      refusals(try survey([try domain(devices: direct)]), try survey(uuid: 2)).map(\.text) == ["hv2 has no network interface bond0"])
    let old = refusals(try survey([try domain()]), try survey(uuid: 2, version: 6_002_000))
    #expect(old.map(\.onlineOnly) == [true])
    #expect(old[0].text == "hv2 has QEMU 6.2.0, older than 7.2.0 on hv1; guests move to the same or a newer one")
  }
}
