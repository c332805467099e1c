/// A migration that stopped gaining on its guest.
package struct Stall: Sendable, Equatable {
  package var atMilliseconds: Int
  /// At the beginning of an iteration.
  package var remainingBytes: Int
  /// The pause in which what remains could be sent.
  package var downtimeMilliseconds: Int
  /// True: what remains is as little as can be hoped for, so if something is to be done, now.
  package var isGoodMoment: Bool

  package init(atMilliseconds: Int, remainingBytes: Int, downtimeMilliseconds: Int, isGoodMoment: Bool) {
    self.atMilliseconds = atMilliseconds
    self.remainingBytes = remainingBytes
    self.downtimeMilliseconds = downtimeMilliseconds
    self.isGoodMoment = isGoodMoment
  }
}

/// Says at the beginning of each iteration whether a migration still gains on its guest (after KubeVirt's stall detector).
///
/// It is stalled when what remains is not at least 4 % below the least that remained at any boundary older than 40 s. The moment to act is
/// then when what remains is within 4 % of the best seen; waiting for it ends by and by: after 40 s the second best is good enough, 20 s
/// later the third, and so on. Beside KubeVirt's rule: a guest that auto-converge slowed further within the window has not stalled yet.
package struct StallDetector: Sendable, Equatable {
  package static let marginPercent = 4
  package static let windowMilliseconds = 40_000
  /// First wait for the best moment; each further one is half as long, but at least `patienceMillisecondsMin`.
  package static let patienceMilliseconds = 40_000
  package static let patienceMillisecondsMin = 1000
  /// Slices of time that the window is kept in; of each, as of all that is older, the least counts.
  package static let slicesMax = 256
  /// Best values kept to fall back on.
  package static let bestMax = 16

  private var recent: [Slice] = []
  private var leastBeforeWindow: Int?
  /// The least that ever remained, rising.
  private var best: [Int] = []
  private var rate = SmoothedRate()
  private var throttle = 0
  private var throttledAtMilliseconds: Int?
  private var search: Search?

  private struct Slice: Equatable {
    var atMilliseconds: Int
    var leastBytes: Int
  }

  /// The search for a good moment.
  private struct Search: Equatable {
    var best = 0
    var relaxesAtMilliseconds: Int
    var patienceMilliseconds = StallDetector.patienceMilliseconds
  }

  package init() {}

  /// The stall at this boundary; nil: it gains, or nobody can tell yet.
  package mutating func judge(_ boundary: IterationBoundary) -> Stall? {
    if let sample = boundary.bytesPerSecond { rate.add(sample) }
    if boundary.throttlePercent > throttle { throttledAtMilliseconds = boundary.atMilliseconds }
    throttle = boundary.throttlePercent
    remember(boundary)
    guard isStalled(boundary), let rate = rate.bytesPerSecond, rate > 0 else {
      search = nil
      return nil
    }
    return Stall(
      atMilliseconds: boundary.atMilliseconds, remainingBytes: boundary.remainingBytes,
      downtimeMilliseconds: Int(min(4e18, (Double(boundary.remainingBytes) * 1000 / Double(rate)).rounded(.up))),
      isGoodMoment: isGoodMoment(boundary))
  }

  /// When boundaries that go on leaving so much will have stalled, if nothing else changes; nil: none was seen yet.
  package func stallMilliseconds(leaving bytes: Int) -> Int? {
    if let leastBeforeWindow, stalls(bytes, leastBeforeWindow) { return recent.last?.atMilliseconds }
    return recent.first { stalls(bytes, $0.leastBytes) }.map { $0.atMilliseconds + StallDetector.windowMilliseconds }
  }

  private func stalls(_ bytes: Int, _ least: Int) -> Bool {
    Double(bytes) >= Double(least) * Double(100 - StallDetector.marginPercent) / 100
  }

  private mutating func remember(_ boundary: IterationBoundary) {
    let oldest = boundary.atMilliseconds - StallDetector.windowMilliseconds
    let leaving = recent.prefix { $0.atMilliseconds < oldest }.count
    if leaving > 0 {
      let least = recent.prefix(leaving).reduce(Int.max) { min($0, $1.leastBytes) }
      leastBeforeWindow = min(leastBeforeWindow ?? Int.max, least)
      recent.removeFirst(leaving)
    }
    let sliceMilliseconds = StallDetector.windowMilliseconds / StallDetector.slicesMax
    if let last = recent.last, boundary.atMilliseconds - last.atMilliseconds < sliceMilliseconds {
      recent[recent.count - 1].leastBytes = min(last.leastBytes, boundary.remainingBytes)
    } else {
      recent.append(Slice(atMilliseconds: boundary.atMilliseconds, leastBytes: boundary.remainingBytes))
    }
    best.insert(boundary.remainingBytes, at: best.firstIndex { $0 > boundary.remainingBytes } ?? best.count)
    if best.count > StallDetector.bestMax { best.removeLast() }
  }

  private func isStalled(_ boundary: IterationBoundary) -> Bool {
    if let throttledAtMilliseconds, boundary.atMilliseconds - throttledAtMilliseconds < StallDetector.windowMilliseconds { return false }
    guard let leastBeforeWindow else { return false }
    return stalls(boundary.remainingBytes, leastBeforeWindow)
  }

  private mutating func isGoodMoment(_ boundary: IterationBoundary) -> Bool {
    var search = self.search ?? Search(relaxesAtMilliseconds: boundary.atMilliseconds + StallDetector.patienceMilliseconds)
    while boundary.atMilliseconds >= search.relaxesAtMilliseconds, search.best < best.count {
      search.best += 1
      search.patienceMilliseconds = max(StallDetector.patienceMillisecondsMin, search.patienceMilliseconds / 2)
      search.relaxesAtMilliseconds += search.patienceMilliseconds
    }
    self.search = search
    guard search.best < best.count else { return true }
    return Double(boundary.remainingBytes) <= Double(best[search.best]) * Double(100 + StallDetector.marginPercent) / 100
  }
}
