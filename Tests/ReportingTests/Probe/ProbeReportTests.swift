import Fleet
import Reporting
import Testing

@Suite struct ProbeReportTests {
  private static func host(_ name: HostName, _ storages: [StorageObservation]) -> HostObservation {
    HostObservation(name: name, storages: storages)
  }

  private static let observation = Observation(
    at: PlanSamples.observedAt,
    cells: [
      CellObservation(
        name: "east",
        hosts: [
          host(
            "hv1",
            [
              StorageObservation(id: "images", shared: false, source: "u", freeBytes: 0),
              StorageObservation(id: "nfs", identity: "proved:hv1/nfs", shared: true, source: "u", freeBytes: 0),
            ]),
          host(
            "hv2",
            [
              StorageObservation(id: "ceph", identity: "rbd:vms", shared: true, freeBytes: 0),
              StorageObservation(id: "vmstore", identity: "proved:hv1/nfs", shared: true, source: "u", freeBytes: 0),
            ]),
          HostObservation(name: "hv3", reachable: false, unreachableReason: "connection refused"),
          host("hv4", [StorageObservation(id: "scratch", shared: nil, source: "u", freeBytes: 0)]),
        ], instances: []),
      CellObservation(name: "west", hosts: [], instances: []),
    ])

  @Test(arguments: PlanReportTests.looks) func probe(look: PlanReportTests.Look) throws {
    let use = StorageProofUse(storages: 3, oldest: PlanSamples.observedAt)
    try Golden.expect(ProbeReport.text(Self.observation, proofs: use, style: look.style), "probe-\(look.name).txt")
  }

  @Test func whereNothingNeededAProofNoneIsClaimed() {
    #expect(!ProbeReport.text(Self.observation, style: PlanReportTests.plain).contains("Proved by tokens"))
  }
}
