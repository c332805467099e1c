package import Fleet

/// Who writes: what a driver puts into the marks it leaves.
package struct WriterIdentity: Sendable, Equatable {
  /// How long a mark keeps other writers off once it is no longer renewed.
  package static let markLifetimeMilliseconds = 15 * 60_000

  package var fleet: String
  package var writer: WriterID
  package var epoch: Int
  /// True: another writer's mark is taken over once it has expired.
  package var takesOver: Bool

  package init(fleet: String, writer: WriterID, epoch: Int, takesOver: Bool = false) {
    self.fleet = fleet
    self.writer = writer
    self.epoch = epoch
    self.takesOver = takesOver
  }

  /// True for another writer's mark that keeps this one off: live, or expired and not to be taken over.
  package func isKeptOff(by mark: WriterMark, at now: Timestamp) -> Bool {
    mark.writer != writer && !(takesOver && mark.expires <= now)
  }
}
