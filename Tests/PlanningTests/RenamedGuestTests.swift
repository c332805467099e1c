import Fleet
import Planning
import Testing

/// A guest that is not found under its name: what it is called now is said.
@Suite struct RenamedGuestTests {
  private func item(_ fleet: TinyFleet, _ name: InstanceName) -> Drift.Item? {
    Drift.of(fleet.input).items.first { $0.instance.name == name }
  }

  /// `web` became `web-old`, and `db` became `web`.
  @Test func twoThatWereRenamedAreToldApart() throws {
    var fleet = TinyFleet(hosts: 1)
    for name in ["web", "db"] as [InstanceName] { fleet.add(name, on: "hv1") }
    fleet.change("web") { $0.name = "web-old" }
    fleet.change("db") { $0.name = "web" }
    fleet.memory.lastUUIDs = ["east": ["web": "uuid-web", "db": "uuid-db"]]
    let web = try #require(item(fleet, "web"))
    #expect(web.bucket == .inSync, "by its name it is there")
    #expect(
      fleet.planned().warnings == [
        "web is another guest than before: it was uuid-web, and is uuid-db, and uuid-web is called web-old now; set spec.uuid to say which one is meant"
      ])
    let database = try #require(item(fleet, "db"))
    #expect(database.bucket == .missing)
    #expect(
      database.text
        == "no host shows it; the guest it was (uuid uuid-db) is called web now on hv1: rename it back, or change the manifest")
  }

  @Test(arguments: [("WEB-OLD", "web-old"), ("web-old.example.com", "web-old"), ("web-old", "web-old.example.com")])
  func aNameThatAlmostFitsIsNamed(declared: InstanceName, shown: InstanceName) throws {
    var fleet = TinyFleet(hosts: 1)
    fleet.add(declared, on: "hv1")
    fleet.change(declared) { $0.name = shown }
    let missing = try #require(item(fleet, declared))
    #expect(missing.bucket == .missing)
    #expect(missing.text == "no host shows it; guest \(shown) on hv1, which no manifest names, has almost its name")
    #expect(fleet.planned().notInSync.missing == [declared])
  }

  @Test func aGuestThatAnotherManifestNamesIsNoHint() throws {
    var fleet = TinyFleet(hosts: 1)
    fleet.add("web", on: "hv1")
    fleet.add("web.example.com", on: nil)
    fleet.instances.removeLast()
    #expect(item(fleet, "web.example.com")?.text == "no host shows it")
  }

  @Test func aGuestThatCrashedIsToldOf() {
    var fleet = TinyFleet(hosts: 1)
    fleet.add("web", on: "hv1", power: .crashed)
    #expect(
      fleet.planned().warnings == ["web on hv1 is off because it crashed; reconcile starts no guest that it did not stop"])
  }

  /// Its host was restarted, or somebody shut it down: who looks decides.
  @Test func aGuestThatWentOffIsToldOf() {
    var fleet = TinyFleet(hosts: 1)
    fleet.add("web", on: "hv1", power: .off)
    #expect(fleet.planned().warnings.isEmpty)
    fleet.memory.wentOff = ["uuid-web": fleet.now]
    let plan = fleet.planned()
    #expect(plan.inSync == 1 && plan.blocked.isEmpty)
    #expect(
      plan.warnings == [
        "web on hv1 is off, and was seen running there at \(fleet.now): if nobody shut it down, start it; reconcile starts no guest that it did not stop"
      ])
  }

  @Test func guestsThatNoManifestNamesAreCounted() {
    var fleet = TinyFleet(hosts: 2)
    #expect(fleet.planned().unmanaged == nil)
    for number in 1...25 { fleet.add(InstanceName("guest-\(100 + number)"), on: number % 2 == 0 ? "hv1" : "hv2", declared: false) }
    fleet.add("web", on: "hv1")
    let plan = fleet.planned()
    #expect(plan.inSync == 1)
    #expect(plan.unmanaged?.count == 25 && plan.unmanaged?.names.count == 20 && plan.unmanaged?.names.first == "guest-101")
    #expect(Drift.of(fleet.input).unmanaged == plan.unmanaged)
  }

  /// Two guests of one uuid: neither is missing, both are somebody's to mend.
  @Test func twoNamesOfOneUUIDAreBothFrozen() {
    var fleet = TinyFleet(hosts: 2)
    fleet.add("db", on: "hv2", power: .off)
    fleet.add("web", on: "hv1")
    for name in ["db", "web"] as [InstanceName] { fleet.change(name) { $0.uuid = "shared" } }
    let plan = fleet.planned()
    #expect(plan.notInSync.missing.isEmpty && plan.notInSync.frozen == ["db", "web"], "\(plan.notInSync)")
    #expect(plan.moves.isEmpty)
  }
}
