/// What others than us did with a copy of a guest, so that the world's judgement of us does not charge us with it.
package struct DeedsOfOthers: Sendable, Equatable, Codable {
  /// Boots by users, other tools, or the host.
  package var boots = 0
  /// It was started while another copy executed, or may come to: by others alone.
  package var isRival = false
  /// Others started another copy although this one would start with its host.
  package var mayRival = false
  /// It went off, or was paused, while a mark of ours said that we had asked it to: nobody can tell whom it heeded.
  package var mayPassForOurs = false

  package init(boots: Int = 0, isRival: Bool = false, mayRival: Bool = false, mayPassForOurs: Bool = false) {
    self.boots = boots
    self.isRival = isRival
    self.mayRival = mayRival
    self.mayPassForOurs = mayPassForOurs
  }
}
