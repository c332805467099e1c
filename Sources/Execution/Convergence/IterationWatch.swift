package import Fleet

/// The beginning of a pre-copy iteration: the only instant at which what remains says how a migration fares.
///
/// Within an iteration what remains always falls, and at its end it jumps up to what the guest dirtied meanwhile. Nova judged by the
/// lowest value ever seen and gave up on migrations that were doing well, so it removed that timeout.
package struct IterationBoundary: Sendable, Equatable {
  package var atMilliseconds: Int
  /// What the new iteration has to send: all that the guest dirtied while the last one was sent.
  package var remainingBytes: Int
  /// How long the iteration that ended took; nil: its beginning was not seen, or several ended between two looks.
  package var tookMilliseconds: Int?
  /// Rate since the last boundary seen; nil: not known.
  package var bytesPerSecond: Int?
  package var throttlePercent: Int

  package init(
    atMilliseconds: Int, remainingBytes: Int, tookMilliseconds: Int? = nil, bytesPerSecond: Int? = nil, throttlePercent: Int = 0
  ) {
    self.atMilliseconds = atMilliseconds
    self.remainingBytes = remainingBytes
    self.tookMilliseconds = tookMilliseconds
    self.bytesPerSecond = bytesPerSecond
    self.throttlePercent = throttlePercent
  }
}

/// Finds the beginnings of iterations in what polling shows.
package struct IterationWatch: Sendable, Equatable {
  private struct Seen: Equatable {
    var iteration: Int
    var atMilliseconds: Int
    var processedBytes: Int
    /// False: the first look came in the middle of an iteration.
    var isBeginning: Bool
  }
  private var last: Seen?

  package init() {}

  /// When the iteration under way began; nil: not seen.
  package var begunAtMilliseconds: Int? { last.flatMap { $0.isBeginning ? $0.atMilliseconds : nil } }

  /// The boundary that lies between the last look and this one. The first pass over memory is none: it sends all of it.
  package mutating func boundary(in progress: JobProgress) -> IterationBoundary? {
    let now = Seen(
      iteration: progress.iteration, atMilliseconds: progress.elapsedMilliseconds, processedBytes: progress.processedBytes,
      isBeginning: last != nil || progress.iteration <= 1)
    guard let last, now.iteration != last.iteration else {
      if self.last == nil { self.last = now }
      return nil
    }
    self.last = now
    // A number that falls is another job's, such as one that was cancelled before.
    guard now.iteration > last.iteration, now.iteration >= 2 else { return nil }
    let took = now.atMilliseconds - last.atMilliseconds
    let sent = now.processedBytes - last.processedBytes
    let measured = took > 0 && sent > 0 ? Int(min(4e18, Double(sent) * 1000 / Double(took))) : nil
    let told = progress.bytesPerSecond > 0 ? progress.bytesPerSecond : nil
    return IterationBoundary(
      atMilliseconds: now.atMilliseconds, remainingBytes: progress.remainingBytes,
      tookMilliseconds: last.isBeginning && now.iteration == last.iteration + 1 && took > 0 ? took : nil, bytesPerSecond: measured ?? told,
      throttlePercent: progress.throttlePercent)
  }
}

/// A mean that forgets: each new value counts `weight`, all earlier ones the rest.
package struct SmoothedRate: Sendable, Equatable {
  /// KubeVirt's weight for a migration's bandwidth.
  package static let weight = 0.4
  private var value: Double?

  package init() {}

  package var bytesPerSecond: Int? { value.map { Int($0) } }

  package mutating func add(_ bytesPerSecond: Int) {
    let new = Double(bytesPerSecond)
    value = value.map { SmoothedRate.weight * new + (1 - SmoothedRate.weight) * $0 } ?? new
  }
}
