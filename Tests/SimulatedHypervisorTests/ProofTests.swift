import Fleet
import Hypervisor
import SimulatedHypervisor
import Testing

/// What tokens show of simulated storages that hide what they are.
@Suite struct ProofTests {
  /// Three hosts: h1 and h2 have one NFS in a pool of another name each, h3 has its own disks; `shown`: h3 shows an export itself.
  private func world(shown: String? = nil, silent: Set<HostName> = []) -> SimulatedWorld {
    func host(_ name: HostName, _ pool: StorageID, _ real: String?) -> SimulatedHost {
      let storage =
        real == nil
        ? StorageObservation(id: pool, identity: shown, shared: true, freeBytes: 1 << 40)
        : StorageObservation(id: pool, shared: nil, source: "u dir /\(pool)", freeBytes: 1 << 40)
      return SimulatedHost(
        name: name, reachable: !silent.contains(name), memoryBytes: 1 << 34, storages: [storage],
        realIdentities: real.map { [pool.rawValue: $0] })
    }
    return SimulatedWorld(cells: [
      SimulatedCell(
        name: "east",
        hosts: [host("h1", "nfs", "filer:/vm"), host("h2", "vm", "filer:/vm"), host("h3", "ssd", shown == nil ? "h3-ssd" : nil)])
    ])
  }

  private func proofs(_ world: SimulatedWorld) async -> [StorageProof] {
    let store = MemoryWorldStore(world, clock: { Timestamp(milliseconds: 1000) })
    let hosts = ["h1", "h2", "h3"].map { DesiredHost(name: HostName($0), cell: "east", location: nowhere) }
    let cell = DesiredCell(name: "east", connection: .simulated(SimulatedConnection(world: "")), location: nowhere)
    let driver = SimulatedHypervisor(cell: cell, hosts: hosts, writer: writer(), store: store)
    let proofs = await driver.proveStorage(deadline: Deadline(milliseconds: 5000))
    #expect(store.updates == 1, "tokens are an effect")
    return proofs
  }

  @Test func hostsOfOneStorageShowTheSameToken() async {
    let proofs = await proofs(world())
    #expect(proofs.map { "\($0.host) \($0.pool) \($0.shared)" } == ["h1 nfs true", "h2 vm true", "h3 ssd false"])
    #expect(proofs[0].identity == proofs[1].identity && proofs[1].identity != proofs[2].identity)
    #expect(proofs.map(\.source) == ["u dir /nfs", "u dir /vm", "u dir /ssd"])
  }

  @Test func aStorageThatShowsItselfGivesItsName() async {
    let proofs = await proofs(world(shown: "filer:/vm"))
    #expect(proofs.map { "\($0.host) \($0.identity)" } == ["h1 filer:/vm", "h2 filer:/vm"])
  }

  /// h1 might have what h2 or h3 has; that those two have different ones is shown all the same.
  @Test func aSilentHostLowersNothingThatIsShownOfTheOthers() async {
    let proofs = await proofs(world(silent: ["h1"]))
    #expect(proofs.map { "\($0.host) \($0.pool) \($0.shared)" } == ["h2 vm false", "h3 ssd false"])
    #expect(proofs[0].identity != proofs[1].identity)
  }

  /// The guest's disk is where it is, whether or not anybody proved it.
  @Test func aMigrationFindsWhatIsShared() async throws {
    var world = world()
    world.cells[0].instances = [
      SimulatedInstance(
        uuid: "uuid-web", name: "web", host: "h1", memoryMaxBytes: 1 << 30,
        disks: [DiskObservation(target: "vda", storage: "nfs", virtualBytes: 1 << 30, allocatedBytes: 1 << 30)])
    ]
    let caller = SimulatedCaller(writer: writer(), wall: Timestamp(milliseconds: 1000))
    let share = MigrateOptions(mode: .live, disks: [DiskMove(target: "vda", action: .share, bytes: 0)], policy: MigrationPolicy())
    let copy = MigrateOptions(
      mode: .block, disks: [DiskMove(target: "vda", action: .copy, toPool: "vm", fromPool: "nfs", bytes: 1 << 30)],
      policy: MigrationPolicy())
    #expect(world.check(step(.migrate(share), to: "h2"), by: caller).isEmpty)
    #expect(world.check(step(.migrate(share), to: "h3"), by: caller).map(\.code) == [.storageMissing])
    #expect(world.check(step(.migrate(copy), to: "h2"), by: caller).map(\.code) == [.targetExists], "onto itself")
  }
}
