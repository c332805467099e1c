package import Fleet

/// Who writes: what a driver puts into the marks it leaves.
package struct WriterIdentity: Sendable, Equatable {
  /// How long a mark keeps other writers off once it is no longer renewed.
  package static let markLifetimeMilliseconds = 15 * 60_000

  package var fleet: String
  package var writer: WriterID
  package var epoch: Int
  /// Drawn with this lease; nil: a look that leaves no marks.
  package var run: String?
  /// What was drawn with this and earlier leases of this database; nil: not kept.
  package var ownRuns: Set<String>?
  /// This machine and its boot, for who meets the mark; nil: not known.
  package var machine: String?
  /// True: another writer's mark is taken over once it has expired.
  package var takesOver: Bool

  package init(
    fleet: String, writer: WriterID, epoch: Int, run: String? = nil, ownRuns: Set<String>? = nil, machine: String? = nil,
    takesOver: Bool = false
  ) {
    self.fleet = fleet
    self.writer = writer
    self.epoch = epoch
    self.run = run
    self.ownRuns = ownRuns
    self.machine = machine
    self.takesOver = takesOver
  }

  /// The mark was left through this very database, and not through a copy of it.
  ///
  /// A copy has the same writer and may give the same intents and epochs, but what it draws with its leases is its own.
  package func isOurs(_ mark: WriterMark) -> Bool {
    guard mark.writer == writer else { return false }
    guard let ownRuns, let run = mark.run else { return true }
    return ownRuns.contains(run)
  }

  /// True for another writer's mark that keeps this one off: live, or expired and not to be taken over.
  package func isKeptOff(by mark: WriterMark, at now: Timestamp) -> Bool { !isOurs(mark) && !(takesOver && mark.expires <= now) }

  /// A mark of this writer for `intent`, good from `now` on.
  package func mark(for intent: IntentID, at now: Timestamp) -> WriterMark {
    WriterMark(
      fleet: fleet, writer: writer, epoch: epoch, run: run, machine: machine, intent: intent,
      expires: now.adding(milliseconds: Self.markLifetimeMilliseconds))
  }

  /// Who left a mark that keeps this writer off, in words.
  package func words(on mark: WriterMark) -> String {
    let place = mark.machine.map { " on \($0)" } ?? ""
    return mark.writer == writer
      ? "a copy of this database (same writer \(mark.writer), another run\(place))" : "writer \(mark.writer) of fleet \(mark.fleet)\(place)"
  }
}
