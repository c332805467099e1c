package import Fleet

extension OperationJournal {
  /// Folds the records of one operation, oldest first; nil if none of them is its own.
  package init?(folding records: [JournalRecord]) {
    var last: OperationRecord?
    var queuedAt: Timestamp?
    var steps: [StepRecord] = []
    var positions: [IntentID: Int] = [:]
    for record in records {
      switch record {
      case .operation(let change):
        last = change
        queuedAt = queuedAt ?? change.at
      case .step(let change):
        if let position = positions[change.intent] {
          steps[position] = change
        } else {
          positions[change.intent] = steps.count
          steps.append(change)
        }
      }
    }
    guard let last, let queuedAt else { return nil }
    self.init(record: last, queuedAt: queuedAt, steps: steps)
  }

  /// True while it or one of its steps has not ended; such an operation is recovered at the next start and never pruned.
  package var isOpen: Bool { !record.state.isFinal || steps.contains { !$0.state.isFinal } }
}

extension JournalRecord {
  var operationID: OperationID {
    switch self {
    case .operation(let record): record.id
    case .step(let record): record.operation
    }
  }
  var intent: IntentID? { if case .step(let record) = self { record.intent } else { nil } }
  var at: Timestamp {
    switch self {
    case .operation(let record): record.at
    case .step(let record): record.at
    }
  }
  var state: String {
    switch self {
    case .operation(let record): record.state.rawValue
    case .step(let record): record.state.rawValue
    }
  }
}
