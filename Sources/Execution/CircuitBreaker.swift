package import Fleet

/// Closes a destination, or a whole cell, for the rest of a pass after failures.
package struct CircuitBreaker: Sendable, Equatable {
  package static let failuresPerDestinationMax = 2
  package static let failuresPerCellMax = 3
  package static let failuresPerSourceMax = 3

  private var byDestination: [HostName: Int] = [:]
  private var bySource: [HostName: Int] = [:]
  private var byCell: [CellName: Int] = [:]

  package init() {}

  /// What an instance itself is to blame for, or nobody, closes nothing.
  package mutating func failed(_ move: Move, blame: Blame = .pair) {
    switch blame {
    case .guest, .nobody: return
    case .source: bySource[move.from, default: 0] += 1
    case .destination, .pair:
      byDestination[move.to, default: 0] += 1
      byCell[move.cell, default: 0] += 1
    }
  }

  /// Why a move may not start, nil if it may.
  package func objection(to move: Move) -> String? {
    if byCell[move.cell, default: 0] >= CircuitBreaker.failuresPerCellMax {
      return "\(CircuitBreaker.failuresPerCellMax) migrations failed in cell \(move.cell): nothing more starts there in this pass"
    }
    if byDestination[move.to, default: 0] >= CircuitBreaker.failuresPerDestinationMax {
      return "\(CircuitBreaker.failuresPerDestinationMax) migrations to \(move.to) failed: it gets nothing more in this pass"
    }
    if bySource[move.from, default: 0] >= CircuitBreaker.failuresPerSourceMax {
      return "\(CircuitBreaker.failuresPerSourceMax) migrations failed because of \(move.from): nothing more leaves it in this pass"
    }
    return nil
  }
}
