/// All the journal says of one operation, folded: its own last record and that of each of its intents.
package struct OperationJournal: Sendable, Equatable, Codable {
  package var record: OperationRecord
  package var queuedAt: Timestamp
  /// The last record of each intent, in the order the intents were first written.
  package var steps: [StepRecord]

  package init(record: OperationRecord, queuedAt: Timestamp, steps: [StepRecord]) {
    self.record = record
    self.queuedAt = queuedAt
    self.steps = steps
  }

  private enum CodingKeys: String, CodingKey { case record = "move", queuedAt, steps }

  /// The move it is; nil: it moves no instance.
  package var move: Move? { record.operation.move }
}
