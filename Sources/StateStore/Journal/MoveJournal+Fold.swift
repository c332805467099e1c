package import Fleet

extension MoveJournal {
  /// Folds the records of one move, oldest first; nil if none of them is of the move itself.
  package init?(folding records: [JournalRecord]) {
    var move: MoveRecord?
    var queuedAt: Timestamp?
    var steps: [StepRecord] = []
    var positions: [IntentID: Int] = [:]
    for record in records {
      switch record {
      case .move(let change):
        move = change
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
    guard let move, let queuedAt else { return nil }
    self.init(move: move, queuedAt: queuedAt, steps: steps)
  }

  /// True while the move or one of its steps has not ended; such a move is recovered at the next start and never pruned.
  package var isOpen: Bool { !move.state.isFinal || steps.contains { !$0.state.isFinal } }
}

extension JournalRecord {
  var moveID: MoveID {
    switch self {
    case .move(let record): record.id
    case .step(let record): record.move
    }
  }
  var intent: IntentID? { if case .step(let record) = self { record.intent } else { nil } }
  var at: Timestamp {
    switch self {
    case .move(let record): record.at
    case .step(let record): record.at
    }
  }
  var state: String {
    switch self {
    case .move(let record): record.state.rawValue
    case .step(let record): record.state.rawValue
    }
  }
}
