import CLibvirt
import Fleet
import Testing

@testable import LibvirtHypervisor

/// What killed moves and proofs leave on libvirt hosts is found and named, and what is under way is not.
@Suite struct LeftoverTests {
  private let now = Timestamp(milliseconds: 1_800_000_000_000)

  private func domain(running: Bool = false, disabled: Bool = true, markExpiresIn milliseconds: Int? = nil) throws -> HostSurvey.Domain {
    var metadata = disabled ? ReconcileMetadata.qualifiedDisabledElement() : ""
    if let milliseconds {
      let mark = WriterMark(fleet: "f", writer: "w", epoch: 1, intent: "w/0/1", expires: now.adding(milliseconds: milliseconds))
      metadata += ReconcileMetadata.qualifiedMarkElement(mark, autostart: false)
    }
    let description = try DomainDescription(
      xml: """
        <domain type='qemu'><name>web</name><uuid>6f0c2c66-0000-4000-8000-000000000001</uuid><metadata>\(metadata)</metadata>
        <memory unit='KiB'>32768</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type></os>
        <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>
        """)
    let kind = running ? VIR_DOMAIN_RUNNING : VIR_DOMAIN_SHUTOFF
    return HostSurvey.Domain(
      description: description, state: DomainState(state: Int32(kind.rawValue), reason: 1), isPersistent: true, hasManagedSave: false,
      hasSnapshots: false, sizes: [:])
  }

  private func survey(_ domains: [HostSurvey.Domain] = [], tokens: [HostSurvey.Token] = []) throws -> HostSurvey {
    HostSurvey(
      memoryBytes: 1 << 30, cpus: 1, capabilities: try CapabilitiesDescription(xml: try Sample.text("capabilities")), pools: [],
      networks: [],
      interfaces: [], domains: domains, tokens: tokens)
  }

  private func leftovers(_ surveys: [HostName: HostSurvey]) -> [Leftover] {
    CellSurvey(name: "c", hosts: surveys.mapValues { .success($0) }, now: now).observation { _ in false }.leftovers
  }

  @Test func aDefinitionThatAMoveDisabledAndForgot() throws {
    let found = leftovers(["hv1": try survey([try domain()])])
    #expect(found.map(\.kind) == [.definition])
    #expect(
      found.first?.text
        == "it runs nowhere, and a move that did not end disabled this definition; if no move of it is open, give it back: "
        + "virsh metadata web urn:reconcile:disabled:1 --remove --config on hv1")
    let elsewhere = leftovers(["hv1": try survey([try domain()]), "hv2": try survey([try domain(running: true, disabled: false)])])
    #expect(
      elsewhere.map(\.text) == [
        "it runs on hv2; a move that did not end disabled this definition and left it: virsh undefine web --keep-nvram on hv1"
      ])
  }

  @Test func aMoveUnderWayHasForgottenNothing() throws {
    #expect(leftovers(["hv1": try survey([try domain(markExpiresIn: 60_000)])]).isEmpty)
    #expect(leftovers(["hv1": try survey([try domain(markExpiresIn: 0)])]).count == 1, "its mark has expired")
    #expect(leftovers(["hv1": try survey([try domain(disabled: false)])]).isEmpty, "a guest that is off is no leftover")
    // What anybody could start a second time is said either way.
    let twice = leftovers([
      "hv1": try survey([try domain(markExpiresIn: 60_000)]), "hv2": try survey([try domain(running: true, disabled: false)]),
    ])
    #expect(twice.map(\.text) == ["it runs on hv2; this definition could start it a second time"])
  }

  @Test func theTokenOfAKilledProof() throws {
    func token(_ name: String, age: Int?) -> HostSurvey.Token {
      HostSurvey.Token(pool: "shared", volume: name, changedAt: age.map { now.adding(milliseconds: -$0) })
    }
    let old = token("reconcile-token-a1", age: 3_600_000)
    let found = leftovers([
      "hv1": try survey(tokens: [old, token("reconcile-token-b2", age: 1000)]), "hv2": try survey(tokens: [old]),
      "hv3": try survey(tokens: [token("reconcile-token-c3", age: nil)]),
    ])
    #expect(found.map(\.name) == ["reconcile-token-a1", "reconcile-token-c3"], "once each, and none that a proof may still need")
    #expect(found.map(\.host) == ["hv1", "hv3"])
    #expect(found.first?.storage == "shared")
    #expect(
      found.first?.text
        == "a storage proof that was killed left it; nothing needs it: virsh vol-delete --pool shared reconcile-token-a1 on hv1")
  }
}
