/// All the journal says of one move, folded: the last record of the move and of each of its intents.
package struct MoveJournal: Sendable, Equatable, Codable {
  package var move: MoveRecord
  package var queuedAt: Timestamp
  /// The last record of each intent, in the order the intents were first written.
  package var steps: [StepRecord]

  package init(move: MoveRecord, queuedAt: Timestamp, steps: [StepRecord]) {
    self.move = move
    self.queuedAt = queuedAt
    self.steps = steps
  }
}
