import Fleet

/// How a move ended, said so that nobody has to guess where the guest is.
enum OutcomeWords {
  static func failure(of move: Move, _ state: OperationRecord.State?) -> String {
    switch state {
    case .rolledBack: "FAILED and undone, it is on \(move.from) as before"
    case .failed: "FAILED"
    case .needsHuman: "NEEDS A HUMAN"
    case .postponed: "left for the next run, nothing was done"
    case .notNeeded: "not needed any more, nothing was done"
    case .queued, .running, nil: "LEFT OPEN, in doubt: the next run settles it"
    case .succeeded: "succeeded"
    }
  }
}
