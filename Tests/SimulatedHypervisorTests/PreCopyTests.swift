import Fleet
import SimulatedHypervisor
import Testing

/// The pre-copy model against figures worked out apart from it.
@Suite struct PreCopyTests {
  /// A. Gudkov's example: 1 GiB written at random 100,000 times a second; the longer the window, the smaller the rate.
  @Test(arguments: [(1, 325), (5, 174), (10, 100), (60, 17)])
  func longerWindowsShowSmallerRates(seconds: Int, mebibytesPerSecond: Int) {
    let bytes = DirtyPages.bytes(in: seconds * 1000, dirtyBytesPerSecond: 100_000 * 4096, workingSetBytes: gib)
    #expect(abs((bytes / seconds) >> 20 - mebibytesPerSecond) <= 1)
  }

  @Test(arguments: [(0, 100, gib), (1000, 0, gib), (1000, 100, 0)])
  func nothingWrittenNothingDirty(milliseconds: Int, rate: Int, set: Int) {
    #expect(DirtyPages.bytes(in: milliseconds, dirtyBytesPerSecond: rate, workingSetBytes: set) == 0)
  }

  /// 1 GiB over 1 GiB/s with a working set far larger than what is written: each round is ρ = 1/4 of the one before, and the pause is 300 ms,
  /// so the first remainder (256 MiB, 250 ms) fits at once; with 100 ms it takes two rounds, with 10 ms four.
  @Test(arguments: [(300, 1), (100, 2), (10, 4)])
  func eachRoundIsAFixedShareOfTheOneBefore(downtime: Int, rounds: Int) throws {
    var transfer = SimulatedTransfer(
      diskBytes: 0, memoryBytes: gib, dirtyBytesPerSecond: gib / 4, workingSetBytes: gib, at: dawn)
    transfer.workingSetBytes = 1 << 50
    transfer.downtimeLimitMilliseconds = downtime
    transfer.rate = gib
    try run(&transfer)
    #expect(transfer.iteration == rounds)
    let last = gib >> (2 * rounds)
    let pause = Double(last) / Double(gib) * 1000 + Double(SimulatedTransfer.switchoverMilliseconds)
    #expect(abs(Double(try #require(transfer.downtimeMilliseconds)) - pause) <= 5)
  }

  private func run(_ transfer: inout SimulatedTransfer) throws {
    for _ in 0..<1000 where transfer.phase != .switchover {
      let next = try #require(transfer.nextChange)
      transfer.endRound(at: next)
    }
  }

  /// Writing faster than the link carries: the rounds settle at the working set and go on for ever, until the allowed pause reaches it.
  @Test func aGuestThatWritesFasterThanTheLinkNeedsAPauseAsLongAsItsWorkingSet() throws {
    var guest = guest()
    guest.dirtyBytesPerSecond = 4 * gib
    guest.workingSetBytes = gib / 2
    var bench = Bench([guest])
    let job = try bench.begin(migrate(.live))
    bench.pass(86_400_000)
    let progress = bench.world.progress(of: job)
    #expect(progress.state == .running)
    #expect(progress.iteration > 100_000, "rounds go on while nobody looks")
    #expect(progress.remainingBytes > gib * 4 / 10 && progress.remainingBytes <= gib / 2)
    try bench.world.control(job, .setDowntime(milliseconds: 400), by: bench.caller)
    bench.pass(60_000)
    #expect(bench.world.progress(of: job).state == .running)
    try bench.world.control(job, .setDowntime(milliseconds: 500), by: bench.caller)
    bench.pass(60_000)
    let end = bench.world.progress(of: job)
    #expect(end.state == .done)
    #expect((400...600).contains(try #require(end.downtimeMilliseconds)))
    #expect(bench.presence("h2") == .running)
  }

  @Test func autoConvergeSlowsTheGuestUntilItFits() throws {
    var guest = guest()
    guest.dirtyBytesPerSecond = 4 * gib
    var bench = Bench([guest])
    let end = try bench.run(migrate(.live, policy: .with { $0.autoConverge = true }))
    #expect(end.state == .done)
    // At 70 % the rounds settle at x = 1 − e^(−1.2 x) ≈ 0.31 GiB, 313 ms of pause; at 80 % each is below the one before.
    #expect(end.throttlePercent == 80)
    #expect(bench.copy("h2")?.bootCount == 1)
  }

  @Test func pausingTheGuestEndsTheMigrationAndItsPauseIsTold() throws {
    var guest = guest()
    guest.dirtyBytesPerSecond = 4 * gib
    var bench = Bench([guest])
    let job = try bench.begin(migrate(.live))
    bench.pass(10_000)
    try bench.world.control(job, .suspend, by: bench.caller)
    #expect(bench.presence("h1") == .paused(.user))
    bench.pass(60_000)
    let end = bench.world.progress(of: job)
    #expect(end.state == .done)
    #expect(try #require(end.downtimeMilliseconds) > 800)
    #expect(bench.presence("h2") == .running)
  }

  @Test func bandwidthIsHeededAndLinksAreShared() throws {
    var bench = Bench([guest("web"), guest("db")])
    let web = try bench.world.begin(step(migrate(.live), "web"), intent: "i1", by: bench.caller)
    #expect(bench.world.progress(of: web).bytesPerSecond == gib)
    let db = try bench.world.begin(step(migrate(.live), "db", to: "h3"), intent: "i2", by: bench.caller)
    #expect(bench.world.progress(of: web).bytesPerSecond == gib / 2, "both leave h1")
    try bench.world.control(db, .setBandwidth(bytesPerSecond: gib / 8), by: bench.caller)
    #expect(bench.world.progress(of: db).bytesPerSecond == gib / 8)
    bench.pass(60_000)
    #expect(bench.world.progress(of: web).state == .done)
    #expect(bench.world.progress(of: db).elapsedMilliseconds > 8000)
  }

  /// Looking more often never changes what happens.
  @Test(arguments: 0..<20)
  func manySmallStepsOfTimeEndWhereOneEnds(seed: Int) throws {
    var generator = SplitMix(seed: UInt64(seed))
    var one = guest("web")
    one.dirtyBytesPerSecond = Int.random(in: 0...(2 * gib), using: &generator)
    one.workingSetBytes = Int.random(in: 1...gib, using: &generator)
    let other = guest("db", disk: "ssd")
    let stall = SimulatedFault(
      .stall, instance: "db", afterMilliseconds: Int.random(in: 0...2000, using: &generator), until: dawn.adding(milliseconds: 9000))
    var bench = Bench([one, other], faults: [stall])
    _ = try bench.world.begin(step(migrate(.live), "web"), intent: "i1", by: bench.caller)
    _ = try bench.world.begin(step(migrate(.block, disks: [copyOfVda]), "db"), intent: "i2", by: bench.caller)
    var small = bench.world
    let end = dawn.adding(milliseconds: Int.random(in: 1...30_000, using: &generator))
    bench.world.advance(to: end)
    while small.clock.at < end {
      small.advance(to: min(end, small.clock.at.adding(milliseconds: Int.random(in: 1...700, using: &generator))))
    }
    #expect(small == bench.world, "seed \(seed)")
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
