import Fleet
import StateStore
import Testing

@Suite struct ObservationTests {
  private let store: StateStore

  init() throws { store = try StateStore(path: ":memory:", access: .inMemory) }

  private func record(_ cell: CellObservation, _ fingerprint: String, at: Timestamp) throws {
    try store.record(Observation(at: at, cells: [cell]), fingerprints: [cell.name: fingerprint])
  }

  private func names(_ cell: CellName = "east", on hosts: [HostName]) throws -> [String] {
    try store.instancesLastSeen(cell, on: hosts).map { "\($0.host)/\($0.instance.name)@\($0.at.milliseconds(since: .start) / 1000)" }
  }

  @Test func readsBackWhatWasSeen() throws {
    var cell = Sample.cell([[1, 2], [], [3]])
    cell.instances.append(Sample.instance(3, on: "hv1", power: .off))
    cell.instances.append(Sample.instance(9, on: nil, power: .off))
    cell.instances.sort { $0.uuid == $1.uuid ? ($0.host ?? "") < ($1.host ?? "") : $0.uuid < $1.uuid }
    #expect(try store.latestObservation("east") == nil)
    try record(cell, "f1", at: .start)
    let latest = try #require(try store.latestObservation("east"))
    #expect(latest.observation == cell)
    #expect(latest.at == .start)
    #expect(try store.latestObservation("west") == nil)
  }

  @Test func theSameFingerprintOnlyMovesLastSeen() throws {
    let first = Sample.cell([[1], [2]])
    try record(first, "f1", at: .start)
    var later = first
    later.hosts[0].storages[0].freeBytes = 1
    try record(later, "f1", at: .start.seconds(60))
    let latest = try #require(try store.latestObservation("east"))
    #expect(latest.observation == first, "gauges are not rewritten")
    #expect(latest.at == .start.seconds(60))
    #expect(try store.observationCount("east") == 1)
    try record(later, "f1", at: .start.seconds(30))
    #expect(try store.latestObservation("east")?.at == .start.seconds(60), "a clock set back does not make it older")
  }

  @Test func leftoversAreThoseOfWhenEachHostLastAnswered() throws {
    func leftover(_ host: HostName, _ name: String) -> Leftover { Leftover(host: host, kind: .volume, name: name, text: "a token") }
    var cell = Sample.cell([[1], [2]])
    cell.leftovers = [leftover("hv0", "a"), leftover("hv0", "b"), leftover("hv1", "c")]
    try record(cell, "f1", at: .start)
    #expect(try store.latestObservation("east")?.observation == cell)
    var later = Sample.cell([[1], [2]], unreachable: ["hv1"])
    later.leftovers = [leftover("hv0", "b")]
    try record(later, "f1", at: .start.seconds(1))
    #expect(try store.latestObservation("east")?.observation.leftovers == [leftover("hv0", "b"), leftover("hv1", "c")])
    try record(Sample.cell([[1], [2]]), "f1", at: .start.seconds(2))
    #expect(try store.latestObservation("east")?.observation.leftovers == [])
  }

  @Test func earlierObservationsAreFoundByFingerprint() throws {
    let cells = [Sample.cell([[1, 2], [3]]), Sample.cell([[1], [2, 3]]), Sample.cell([[], [1, 2, 3]])]
    for (number, cell) in cells.enumerated() { try record(cell, "f\(number)", at: .start.seconds(number)) }
    for (number, cell) in cells.enumerated() { #expect(try store.observation("east", fingerprint: "f\(number)") == cell) }
    #expect(try store.observation("east", fingerprint: "f9") == nil)
    #expect(try store.observation("west", fingerprint: "f1") == nil)
    try record(cells[0], "f0", at: .start.seconds(9))
    #expect(try store.observation("east", fingerprint: "f0") == cells[0])
    #expect(try store.observationCount("east") == 4)
  }

  @Test(arguments: 0..<20)
  func everyKeptObservationReadsBackAfterRandomChanges(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var seen: [CellObservation] = []
    for number in 0..<30 {
      var placement = [[Int]](repeating: [], count: Int.random(in: 1...5, using: &generator))
      for guest in 0..<8 { placement[Int.random(in: 0..<placement.count, using: &generator)].append(guest) }
      let away = Set((0..<placement.count).filter { _ in Int.random(in: 0..<6, using: &generator) == 0 }.map { HostName("hv\($0)") })
      seen.append(Sample.cell(placement, unreachable: away))
      try record(seen[number], "f\(number)", at: .start.seconds(number))
      for (earlier, cell) in seen.enumerated() {
        #expect(try store.observation("east", fingerprint: "f\(earlier)") == cell, "seed \(seed), \(earlier) after \(number)")
      }
    }
  }

  @Test func instancesOfAHostThatDoesNotAnswer() throws {
    try record(Sample.cell([[1, 2], [3]]), "f1", at: .start)
    try record(Sample.cell([[1, 2], [3]]), "f1", at: .start.seconds(10))
    try record(Sample.cell([[1, 2], [3]], unreachable: ["hv0"]), "f2", at: .start.seconds(20))
    try record(Sample.cell([[1, 2], [3]], unreachable: ["hv0"]), "f2", at: .start.seconds(30))
    #expect(try names(on: ["hv1", "hv0", "hv9"]) == ["hv1/vm3@30", "hv0/vm1@10", "hv0/vm2@10"])
    #expect(try store.instancesLastSeen("west", on: ["hv0"]).isEmpty)
  }

  private func guests(_ records: [HostName: HostRecord]) -> [HostName: [InstanceName]] {
    records.mapValues { $0.instances.map(\.name).sorted() }
  }

  @Test func aHostThatLeftIsRememberedUntilForgotten() throws {
    try record(Sample.cell([[1], [3, 2]]), "f1", at: .start)
    try record(Sample.cell([[1]]), "f2", at: .start.seconds(20))
    #expect(try guests(store.lastRecords("east")) == ["hv0": ["vm1"], "hv1": ["vm2", "vm3"]])
    #expect(try guests(store.lastRecords("east", except: ["hv0"])) == ["hv1": ["vm2", "vm3"]])
    #expect(try names(on: ["hv1"]) == ["hv1/vm2@0", "hv1/vm3@0"])
    try store.forget("hv1", in: "east")
    #expect(try guests(store.lastRecords("east", except: ["hv0"])).isEmpty)
    #expect(try names(on: ["hv1"]).isEmpty)
  }

  @Test(arguments: ["f1", "f3"])
  func aForgottenHostThatAnswersIsKnownAgain(fingerprint: String) throws {
    try record(Sample.cell([[1], [2]]), "f1", at: .start)
    try store.forget("hv1", in: "east")
    try record(Sample.cell([[1], [2]]), fingerprint, at: .start.seconds(10))
    #expect(try guests(store.lastRecords("east")) == ["hv0": ["vm1"], "hv1": ["vm2"]])
  }

  @Test func beyondTheLimitTheOldestGo() throws {
    for number in 0..<StateLimits.observationsMax + 5 {
      try record(Sample.cell([[number], [5000]]), "f\(number)", at: .start.seconds(number))
    }
    #expect(try store.observationCount("east") == StateLimits.observationsMax)
    #expect(try store.observation("east", fingerprint: "f4") == nil)
    #expect(try store.observation("east", fingerprint: "f5") == Sample.cell([[5], [5000]]))
  }

  @Test func afterThirtyDaysOnlyTheNewestIsLeft() throws {
    try record(Sample.cell([[1], [2]]), "f1", at: .start)
    try record(Sample.cell([[1], [2]], unreachable: ["hv1"]), "f2", at: .start.days(1))
    try record(Sample.cell([[1, 3], [2]], unreachable: ["hv1"]), "f3", at: .start.days(40))
    #expect(try store.observationCount("east") == 1)
    #expect(try store.observation("east", fingerprint: "f1") == nil)
    #expect(try names(on: ["hv1"]) == ["hv1/vm2@0"], "what is known of a host that has been away for long is kept")
    try record(Sample.cell([[1, 3], [2]], unreachable: ["hv1"]), "f3", at: .start.days(80))
    #expect(try store.observationCount("east") == 1)
  }

  @Test func cellsDoNotMix() throws {
    let (east, west) = (Sample.cell([[1]]), Sample.cell([[2]], name: "west"))
    try store.record(Observation(at: .start, cells: [east, west]), fingerprints: ["east": "f", "west": "f"])
    try store.forget("hv0", in: "west")
    #expect(try store.latestObservation("east")?.observation == east)
    #expect(try guests(store.lastRecords("east")) == ["hv0": ["vm1"]])
    #expect(try guests(store.lastRecords("west")).isEmpty)
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
