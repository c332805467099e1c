package import Fleet

/// The bytes of one job on their way: copied disks first, then memory in pre-copy rounds until the rest fits into the allowed pause.
///
/// Time is whole milliseconds. The rate changes only when a transfer on one of its hosts begins or ends or is controlled, so looking at a
/// world more often never changes what happens in it. Auto-converge follows QEMU: after two rounds that dirtied over half of what they sent
/// the guest is slowed by 20 %, then by 10 % more, to at most 99 %.
package struct SimulatedTransfer: Sendable, Equatable, Codable {
  package enum Phase: String, Sendable, Codable { case disks, memory, switchover, postCopy }

  /// QEMU's `downtime-limit` if nobody sets another.
  package static let downtimeLimitMillisecondsDefault = 300
  /// Device state and network announcements at the switch, beside the last memory.
  package static let switchoverMilliseconds = 50
  /// How long a source waits for a silent destination at the hand-over: libvirt's keepalive, 5 s and 5 probes too few.
  package static let keepaliveMilliseconds = 15_000
  package static let throttleInitialPercent = 20
  package static let throttleStepPercent = 10
  package static let throttleMaximumPercent = 99

  package var phase: Phase
  package var diskBytes: Int
  package var memoryBytes: Int
  package var dirtyBytesPerSecond: Int
  package var workingSetBytes: Int
  package var autoConverge: Bool
  /// 0: the link's own.
  package var bandwidthLimit: Int
  package var downtimeLimitMilliseconds = SimulatedTransfer.downtimeLimitMillisecondsDefault
  /// Bytes sent up to `since`; from there on `rate` a second.
  package var sentBytes = 0
  package var since: Timestamp
  package var rate = 0
  /// What `sentBytes` reaches at the end of the round.
  package var roundEndBytes: Int
  package var roundBytes: Int
  package var roundStartedAt: Timestamp
  package var iteration = 0
  package var throttlePercent = 0
  package var busyRounds = 0
  /// Every further round is like this one: it cannot converge unless something changes.
  package var steady = false
  package var stalled = false
  package var stalledUntil: Timestamp?
  /// When somebody paused the guest to end the migration.
  package var suspendedAt: Timestamp?
  package var wasPaused: Bool
  /// End of the switchover.
  package var switchoverEndsAt: Timestamp?
  /// The switchover ends with the source going on, because the other daemon hangs.
  package var isGivenUp: Bool?
  package var downtimeMilliseconds: Int?

  /// A transfer of `diskBytes` and then, unless it is 0, of `memoryBytes`.
  package init(
    diskBytes: Int, memoryBytes: Int, dirtyBytesPerSecond: Int = 0, workingSetBytes: Int = 0, autoConverge: Bool = false,
    bandwidthLimit: Int = 0, wasPaused: Bool = false, at now: Timestamp
  ) {
    self.diskBytes = diskBytes
    self.memoryBytes = memoryBytes
    self.dirtyBytesPerSecond = wasPaused ? 0 : dirtyBytesPerSecond
    self.workingSetBytes = min(workingSetBytes, memoryBytes)
    self.autoConverge = autoConverge
    self.bandwidthLimit = bandwidthLimit
    self.wasPaused = wasPaused
    phase = diskBytes > 0 || memoryBytes == 0 ? .disks : .memory
    iteration = phase == .memory ? 1 : 0
    roundBytes = phase == .memory ? memoryBytes : diskBytes
    roundEndBytes = roundBytes
    roundStartedAt = now
    since = now
  }

  package var totalBytes: Int { diskBytes + memoryBytes }

  /// Bytes sent until `time`, at the present rate.
  package func sent(at time: Timestamp) -> Int {
    guard !stalled, rate > 0 else { return sentBytes }
    let moved = Int(min(4e18, Double(rate) * Double(max(0, time.milliseconds(since: since))) / 1000))
    return steady ? sentBytes + moved : min(roundEndBytes, sentBytes + moved)
  }

  /// When it will have sent `bytes`; nil: not at the present rate.
  package func time(ofSending bytes: Int) -> Timestamp? {
    guard !stalled, rate > 0 else { return nil }
    return since.adding(milliseconds: SimulatedTransfer.milliseconds(for: max(0, bytes - sentBytes), at: rate))
  }

  /// When its next round, switchover or stall ends; nil: never, unless something changes.
  package var nextChange: Timestamp? {
    if phase == .switchover { return switchoverEndsAt }
    if stalled { return stalledUntil }
    return steady ? nil : time(ofSending: roundEndBytes)
  }

  static func milliseconds(for bytes: Int, at rate: Int) -> Int {
    Int((Double(bytes) / Double(max(1, rate)) * 1000).rounded(.up))
  }

  /// Milliseconds one steady round takes.
  private var roundMilliseconds: Int { max(1, SimulatedTransfer.milliseconds(for: roundBytes, at: rate)) }

  /// Fixes what was sent until `now`, so that the rate may change.
  package mutating func settle(at now: Timestamp) {
    let sent = sent(at: now)
    if steady {
      let rounds = max(0, now.milliseconds(since: roundStartedAt)) / roundMilliseconds
      iteration += rounds
      roundStartedAt = roundStartedAt.adding(milliseconds: rounds * roundMilliseconds)
      roundEndBytes = sent + max(0, roundBytes - (sent - sentBytes) % max(1, roundBytes))
      steady = false
    }
    sentBytes = sent
    since = now
  }

  /// The round at a time; steady rounds pass without a change of their own.
  package func iteration(at time: Timestamp) -> Int {
    steady ? iteration + max(0, time.milliseconds(since: roundStartedAt)) / roundMilliseconds : iteration
  }

  /// What is left of the round, and of the disks with the memory still to come.
  package func remaining(at time: Timestamp) -> Int {
    if steady { return roundBytes }
    return max(0, roundEndBytes - sent(at: time)) + (phase == .disks ? memoryBytes : 0)
  }

  /// Bytes the guest dirtied since the round began.
  package func dirtied(at time: Timestamp) -> Int {
    let end = min(time, suspendedAt ?? time)
    let rate = Int(Double(dirtyBytesPerSecond) * Double(100 - throttlePercent) / 100)
    return DirtyPages.bytes(
      in: end.milliseconds(since: roundStartedAt), dirtyBytesPerSecond: rate, workingSetBytes: workingSetBytes)
  }

  /// True if all that is left can be sent within the allowed pause.
  private func fitsPause(_ bytes: Int) -> Bool {
    suspendedAt != nil ? bytes == 0 : Double(bytes) <= Double(rate) * Double(downtimeLimitMilliseconds) / 1000
  }

  /// Ends a round at `now`: the next one begins, or the switchover. Only for phases `disks` (with memory to come) and `memory`.
  package mutating func endRound(at now: Timestamp) {
    precondition(phase == .disks || phase == .memory, "only disks and pre-copy have rounds")
    sentBytes = roundEndBytes
    since = now
    guard phase == .memory else {
      phase = .memory
      beginRound(memoryBytes, at: now)
      return
    }
    let next = min(dirtied(at: now), memoryBytes)
    if fitsPause(next) { return beginSwitchover(next, at: now) }
    let throttleBefore = throttlePercent
    adaptThrottle(dirtied: next)
    let same = next == roundBytes && throttlePercent == throttleBefore && !willThrottle && suspendedAt == nil
    beginRound(next, at: now)
    steady = same
  }

  private var willThrottle: Bool {
    autoConverge && busyRounds > 0 && throttlePercent < SimulatedTransfer.throttleMaximumPercent
  }

  private mutating func beginRound(_ bytes: Int, at now: Timestamp) {
    iteration += 1
    roundBytes = bytes
    roundEndBytes = sentBytes + bytes
    roundStartedAt = now
  }

  private mutating func adaptThrottle(dirtied: Int) {
    guard autoConverge else { return }
    busyRounds = dirtied * 2 > roundBytes ? busyRounds + 1 : 0
    guard busyRounds >= 2 else { return }
    busyRounds = 0
    throttlePercent =
      throttlePercent == 0
      ? SimulatedTransfer.throttleInitialPercent
      : min(SimulatedTransfer.throttleMaximumPercent, throttlePercent + SimulatedTransfer.throttleStepPercent)
  }

  private mutating func beginSwitchover(_ bytes: Int, at now: Timestamp) {
    let pause = SimulatedTransfer.milliseconds(for: bytes, at: rate) + SimulatedTransfer.switchoverMilliseconds
    phase = .switchover
    roundBytes = bytes
    roundEndBytes = sentBytes + bytes
    switchoverEndsAt = now.adding(milliseconds: pause)
    downtimeMilliseconds = pause + (suspendedAt.map { now.milliseconds(since: $0) } ?? 0)
  }

  /// The guest goes on at the destination at once; all memory that is not there yet follows it.
  package mutating func beginPostCopy(at now: Timestamp) {
    settle(at: now)
    let left = min(memoryBytes, max(0, roundEndBytes - sentBytes) + dirtied(at: now))
    phase = .postCopy
    roundBytes = left
    roundEndBytes = sentBytes + left
    roundStartedAt = now
    downtimeMilliseconds = SimulatedTransfer.switchoverMilliseconds
  }
}
