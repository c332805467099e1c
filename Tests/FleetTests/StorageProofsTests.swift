import Fleet
import Testing

@Suite struct StorageProofsTests {
  private static let now = Timestamp(milliseconds: 1_800_000_000_000)

  /// Hosts hv1, hv2 and hv3 with a pool each that needs a proof.
  private static func cell(_ pools: [String] = ["nfs", "nfs", "nfs"]) -> CellObservation {
    CellObservation(
      name: "east",
      hosts: pools.enumerated().map { index, pool in
        HostObservation(
          name: HostName("hv\(index + 1)"),
          storages: [StorageObservation(id: StorageID(pool), shared: nil, source: "u-\(pool) dir /\(pool)", freeBytes: 0)])
      }, instances: [])
  }

  private static func proof(
    _ host: HostName, _ pool: String = "nfs", shared: Bool = true, identity: String = "token-a", source: String? = nil,
    ageSeconds: Int = 60,
    cell: CellName = "east"
  ) -> StorageProof {
    StorageProof(
      cell: cell, host: host, pool: StorageID(pool), source: source ?? "u-\(pool) dir /\(pool)", identity: identity, shared: shared,
      provedAt: now.adding(milliseconds: -ageSeconds * 1000))
  }

  private static func applied(_ cell: CellObservation, _ proofs: [StorageProof]) -> [StorageObservation] {
    StorageProofs.applied(to: cell, proofs, now: now).hosts.map { $0.storages[0] }
  }

  @Test func hostsOfOneIdentityShare() {
    let seen = Self.applied(Self.cell(), [Self.proof("hv1"), Self.proof("hv2"), Self.proof("hv3", shared: false, identity: "token-b")])
    #expect(seen.map(\.shared) == [true, true, false])
    #expect(seen.map(\.identity) == ["proved:hv1/nfs", "proved:hv1/nfs", nil])
    #expect(seen.allSatisfy { !$0.needsProof && $0.source != nil })
  }

  struct Useless: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var proof: StorageProof
  }

  static let week = 7 * 86_400
  static let useless = [
    Useless(testDescription: "another source", proof: proof("hv1", source: "u-nfs dir /other")),
    Useless(testDescription: "another pool", proof: proof("hv1", "ssd")),
    Useless(testDescription: "another host", proof: proof("hv9")),
    Useless(testDescription: "another cell", proof: proof("hv1", cell: "west")),
    Useless(testDescription: "too old", proof: proof("hv1", ageSeconds: week + 1)),
    Useless(testDescription: "from the future", proof: proof("hv1", ageSeconds: -1)),
  ]

  @Test(arguments: useless) func aProofOfSomethingElseIsNotUsed(useless: Useless) {
    #expect(Self.applied(Self.cell(), [useless.proof]) == Self.cell().hosts.map { $0.storages[0] })
    #expect(StorageProofs.used(in: Self.cell(), [useless.proof], now: Self.now).isEmpty)
  }

  @Test func aProofIsGoodForAWeek() {
    #expect(Self.applied(Self.cell(), [Self.proof("hv1", ageSeconds: Self.week)])[0].shared == true)
  }

  @Test func whatIsKnownWithoutProofStays() {
    var cell = Self.cell()
    cell.hosts[0].storages[0].shared = false
    cell.hosts[1].storages[0].source = nil
    #expect(Self.applied(cell, [Self.proof("hv1"), Self.proof("hv2")]) == cell.hosts.map { $0.storages[0] })
  }

  /// Two looks never compared their storages: taken together, one storage could pass for two, and be copied onto itself.
  @Test func onlyTheNewestLookCounts() {
    let older = [Self.proof("hv1", ageSeconds: 600), Self.proof("hv2", "nfs", shared: false, identity: "x", ageSeconds: 600)]
    let seen = Self.applied(Self.cell(), older + [Self.proof("hv3", identity: "token-b", ageSeconds: 60)])
    #expect(seen.map(\.shared) == [nil, nil, true])
  }

  @Test func anOlderProofCountsIfTheNewestLookSawItsIdentity() {
    let seen = Self.applied(
      Self.cell(),
      [
        Self.proof("hv1", ageSeconds: 600), Self.proof("hv2", ageSeconds: 60),
        Self.proof("hv3", shared: false, identity: "token-a", ageSeconds: 600),
      ])
    #expect(seen.map(\.shared) == [true, true, nil])
  }

  @Test func anIdentityKnownWithoutProofKeepsItsName() {
    var cell = Self.cell()
    cell.hosts[2].storages[0] = StorageObservation(id: "vm", identity: "filer:/vm", shared: true, freeBytes: 0)
    let seen = Self.applied(cell, [Self.proof("hv1", identity: "filer:/vm"), Self.proof("hv2", identity: "filer:/vm")])
    #expect(seen.map(\.identity) == ["filer:/vm", "filer:/vm", "filer:/vm"])
  }

  /// Tokens have new names each time; the same storages must give the same observation, or no saved plan would ever fit again.
  @Test(arguments: 0..<50) func theNamesOfTokensDoNotMatter(seed: Int) {
    var state = UInt64(seed) &* 2_654_435_761 &+ 1
    func roll(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    let hosts = 1 + roll(6)
    let groups = (0..<hosts).map { _ in roll(3) }
    let cell = Self.cell(Array(repeating: "nfs", count: hosts))
    func seen(_ names: [String]) -> [StorageObservation] {
      Self.applied(
        cell,
        groups.enumerated().map { host, group in
          Self.proof(
            HostName("hv\(host + 1)"), shared: groups.count { $0 == group } > 1, identity: names[group])
        }.reversed())
    }
    let one = seen(["a", "b", "c"])
    #expect(one == seen(["zz", "y", "x"]), "seed \(seed)")
    for first in 0..<hosts {
      for second in 0..<first {
        let same = one[first].identity != nil && one[first].identity == one[second].identity
        #expect(same == (groups[first] == groups[second]), "seed \(seed), hosts \(first) and \(second)")
      }
    }
  }

  @Test func theUseOfProofsIsCounted() {
    let proofs = [Self.proof("hv1", ageSeconds: 60), Self.proof("hv2", ageSeconds: 60), Self.proof("hv9", ageSeconds: 9)]
    let cell = StorageProofs.applied(to: Self.cell(), proofs.filter { $0.host != "hv9" }, now: Self.now)
    let use = StorageProofUse(in: Observation(at: Self.now, cells: [cell]), proofs)
    #expect(use == StorageProofUse(storages: 2, oldest: Self.now.adding(milliseconds: -60_000)))
    #expect(StorageProofUse(in: Observation(at: Self.now, cells: [Self.cell()]), proofs) == nil, "nothing of it was used")
  }
}
