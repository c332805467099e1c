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
///
/// A look comes some time after the beginning, when part of the new iteration was sent already. That part is what was sent between two looks
/// less what the old iteration had left at the first of them; without it short iterations would seem to leave anything from nothing to all.
package struct IterationWatch: Sendable, Equatable {
  private struct Point: Equatable {
    var iteration: Int
    var atMilliseconds: Int
    var processedBytes: Int
    /// False: the first look came in the middle of an iteration.
    var isBeginning = true
  }
  private var begun: Point?
  private var lastLook: JobProgress?

  package init() {}

  /// When the iteration under way began; nil: not seen.
  package var begunAtMilliseconds: Int? { begun.flatMap { $0.isBeginning ? $0.atMilliseconds : nil } }

  /// The boundary that lies between the last look and this one. The first pass over memory is none: it sends all of it.
  package mutating func boundary(in look: JobProgress) -> IterationBoundary? {
    defer { lastLook = look }
    guard let begun, let lastLook else {
      self.begun = Point(
        iteration: look.iteration, atMilliseconds: look.elapsedMilliseconds, processedBytes: look.processedBytes,
        isBeginning: look.iteration <= 1)
      return nil
    }
    guard look.iteration != begun.iteration else { return nil }
    let sent = max(0, look.processedBytes - lastLook.processedBytes)
    // A number that falls is another job's, such as one that was cancelled before; the first pass has no other before it.
    let follows = look.iteration > begun.iteration && look.iteration >= 2
    let whole = follows ? size(look, after: lastLook, sent) : look.remainingBytes
    let early = min(sent, whole - look.remainingBytes)
    let late = sent == 0 ? 0 : Int(Double(look.elapsedMilliseconds - lastLook.elapsedMilliseconds) * Double(early) / Double(sent))
    let now = Point(
      iteration: look.iteration, atMilliseconds: look.elapsedMilliseconds - late, processedBytes: look.processedBytes - early)
    self.begun = now
    return follows ? boundary(begun, now, whole, look) : nil
  }

  /// Bytes of the iteration under way at its beginning; if several began between two looks, their mean.
  private func size(_ look: JobProgress, after last: JobProgress, _ sent: Int) -> Int {
    let iterations = max(1, look.iteration - max(1, last.iteration))
    return max(look.remainingBytes, (look.remainingBytes + sent - last.remainingBytes) / iterations)
  }

  private func boundary(_ before: Point, _ now: Point, _ bytes: Int, _ look: JobProgress) -> IterationBoundary {
    let took = now.atMilliseconds - before.atMilliseconds
    let sent = now.processedBytes - before.processedBytes
    let measured = took > 0 && sent > 0 ? Int(min(4e18, Double(sent) * 1000 / Double(took))) : nil
    let isOne = before.isBeginning && now.iteration == before.iteration + 1 && took > 0
    return IterationBoundary(
      atMilliseconds: now.atMilliseconds, remainingBytes: bytes, tookMilliseconds: isOne ? took : nil,
      bytesPerSecond: measured ?? (look.bytesPerSecond > 0 ? look.bytesPerSecond : nil), throttlePercent: look.throttlePercent)
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
