import Fleet
import Hypervisor
import Testing

@testable import Reconciler

/// What recovery asks today's manifests, whom it asks for copies, and whose marks it takes for its own.
@Suite struct TodaysWishTests {
  private static let place = SourceLocation(path: "m.yaml", line: 1, column: 1)

  private func fleet(_ placement: DesiredPlacement, _ allowed: AllowedModes, maintenance: Set<HostName> = []) -> DesiredFleet {
    DesiredFleet(
      name: "f", cells: [DesiredCell(name: "c", connection: .libvirt, location: Self.place)],
      hosts: ["hv1", "hv2", "hv3"].map { name in
        DesiredHost(
          name: name, cell: "c",
          maintenance: maintenance.contains(name) ? Maintenance(reason: "", location: Self.place) : nil, location: Self.place)
      },
      instances: [DesiredInstance(name: "web", cell: "c", placement: placement, allowedModes: allowed, location: Self.place)],
      location: Self.place)
  }

  private func move(_ mode: MigrationMode, _ reason: MoveReason.Kind = .placement) -> Move {
    Move(
      id: "m1", instance: "web", uuid: "u", cell: "c", from: "hv1", to: "hv2", mode: mode, storage: .shared, disks: [],
      reason: MoveReason(kind: reason, text: ""), bytes: 0, cost: 0)
  }

  @Test func consentAndWishAreThoseOfToday() {
    let cold = AllowedModes(cold: true)
    func objection(_ fleet: DesiredFleet, _ move: Move) -> String? { TodaysWish(fleet).objection(to: move) }
    #expect(objection(fleet(.host("hv2"), cold), move(.cold)) == nil)
    #expect(objection(fleet(.host("hv2"), AllowedModes()), move(.cold)) == "its manifest does not allow cold any more")
    #expect(objection(fleet(.host("hv1"), cold), move(.cold)) == "it does not belong on hv2")
    #expect(objection(fleet(.anyOf(["hv1", "hv2"]), cold), move(.cold)) == "it belongs on hv1, where it is")
    #expect(objection(fleet(.host("hv2"), cold, maintenance: ["hv2"]), move(.cold)) == "hv2 is in maintenance now")
    #expect(objection(fleet(.anywhere, cold), move(.live, .maintenance)) == "hv1 is no longer in maintenance")
    #expect(objection(fleet(.anywhere, cold, maintenance: ["hv1"]), move(.live, .maintenance)) == nil)
    #expect(objection(fleet(.anywhere, cold), move(.live, .rule)) == nil)
    var gone = fleet(.host("hv2"), cold)
    gone.instances = []
    #expect(objection(gone, move(.cold)) == "no manifest names web any more")
  }

  @Test func aSilentHostMayHaveACopyUnlessItIsSwitchedOffAndWasSeenWithout() async {
    let desired = fleet(.anywhere, AllowedModes(), maintenance: ["hv2", "hv3"])
    let hosts = Dictionary(uniqueKeysWithValues: desired.hosts.map { ($0.name, $0) })
    let search = CopySearch(hosts: ["c": hosts]) { _, _ in ["hv3", "left"] }
    let places = await search.places(of: "u", in: "c")
    #expect(places.hosts == ["hv1", "hv2", "hv3", "left"])
    #expect(places.hosts.filter(places.isRuledOut) == ["hv2"])
    let unknown = await CopySearch(hosts: ["c": hosts]) { _, _ in nil }.places(of: "u", in: "c")
    #expect(unknown.hosts.filter(unknown.isRuledOut) == [], "what cannot be read rules nobody out")
  }

  @Test func theMarkOfACopiedDatabaseIsAnothersMark() {
    let now = Timestamp(milliseconds: 1000)
    let ours = WriterIdentity(fleet: "f", writer: "w", epoch: 4, run: "b", ownRuns: ["a", "b"])
    func mark(_ writer: WriterID, run: String?) -> WriterMark {
      WriterMark(fleet: "f", writer: writer, epoch: 4, run: run, intent: "w-1/0/1", expires: now.adding(milliseconds: 1))
    }
    #expect(ours.isOurs(mark("w", run: "a")) && ours.isOurs(mark("w", run: "b")))
    #expect(ours.isOurs(mark("w", run: nil)), "of an older version")
    #expect(!ours.isOurs(mark("w", run: "c")) && ours.isKeptOff(by: mark("w", run: "c"), at: now))
    #expect(!ours.isOurs(mark("v", run: "a")))
    #expect(ours.words(on: mark("w", run: "c")).hasPrefix("a copy of this database"))
  }
}
