import Fleet
import Testing

@testable import Reconciler

/// Pools destroy what they copied: nothing of theirs is kept, whatever an older version noted.
@Suite struct KeptSourcesTests {
  private static let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)

  private static func disk(_ cell: CellName) -> RetiredDisk {
    RetiredDisk(
      move: "w-1", instance: "web", uuid: "u", cell: cell, host: "h1", pool: "ssd", target: "xvda", bytes: 1,
      retiredAt: Timestamp(milliseconds: 0), deleteAfter: Timestamp(milliseconds: 1))
  }

  @Test func onlyWhatIsKeptIsCharged() {
    let cells = [
      DesiredCell(name: "pool", connection: .xenapi(XenConnection(url: "https://pool.example")), location: Self.place),
      DesiredCell(name: "site", connection: .libvirt, location: Self.place),
    ]
    let desired = DesiredFleet(name: "f", cells: cells, hosts: [], instances: [], location: Self.place)
    #expect(RetiredDisks.kept([Self.disk("pool"), Self.disk("site"), Self.disk("gone")], desired).map(\.cell) == ["site", "gone"])
  }
}
