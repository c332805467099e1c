import Fleet
import Testing

@testable import LibvirtHypervisor

/// A definition that cannot be read is that guest's finding: it is named, charged with all it may have, and stays where it is.
@Suite struct UnreadableDefinitionTests {
  @Test func whatIsLeftIsNamedAndCharged() throws {
    let uuid = "6d7c1f0e-4f0b-4c3e-9d55-0d2f5b1c7a10"
    let description = DomainDescription.unreadable(
      uuid: uuid, name: "<odd & name>", memoryBytes: .max, why: "its definition cannot be read: line 5: <memory> is more than 1 PiB")
    #expect(description.name == "<odd & name>" && description.uuid == uuid && description.memoryBytes == 1 << 50)
    let domain = HostSurvey.Domain(
      description: description, state: DomainState(state: 1, reason: 1), isPersistent: true, hasManagedSave: false, hasSnapshots: false,
      sizes: [:])
    let capabilities = try CapabilitiesDescription(xml: "<capabilities><host/></capabilities>")
    let seen = InstanceView(domain, "hv1", StorageView([]), capabilities, showsInterfaces: true, isKeptOff: { _ in false }).observation()
    #expect(seen.unreadable == description.unreadable && seen.name == "<odd & name>" && seen.host == "hv1")
    #expect(seen.memoryMaxBytes == 1 << 50 && seen.disks.isEmpty)
  }

  /// Sizes of any kind neither trap nor look like another guest's.
  @Test(arguments: [(0, 0), (1 << 60, 1 << 60), (.max, .max), (-1, -5), (1 << 54, 1 << 54), (10, .max)])
  func allocationIsRoundedWithoutOverflow(capacity: Int, allocated: Int) {
    let size = DomainHandle.BlockInfo(capacityBytes: Int(foreign: capacity), allocatedBytes: Int(foreign: allocated))
    #expect(InstanceView.coarseAllocation(size) >= 0)
  }
}
