package import Fleet

/// Closes a destination, or a whole cell, for the rest of a pass after failures.
package struct CircuitBreaker: Sendable, Equatable {
  package static let failuresPerDestinationMax = 2
  package static let failuresPerCellMax = 3

  private var byDestination: [HostName: Int] = [:]
  private var byCell: [CellName: Int] = [:]

  package init() {}

  package mutating func failed(_ move: Move) {
    byDestination[move.to, default: 0] += 1
    byCell[move.cell, default: 0] += 1
  }

  /// Why a move may not start, nil if it may.
  package func objection(to move: Move) -> String? {
    if byCell[move.cell, default: 0] >= CircuitBreaker.failuresPerCellMax {
      return "\(CircuitBreaker.failuresPerCellMax) migrations failed in cell \(move.cell): nothing more starts there in this pass"
    }
    if byDestination[move.to, default: 0] >= CircuitBreaker.failuresPerDestinationMax {
      return "\(CircuitBreaker.failuresPerDestinationMax) migrations to \(move.to) failed: it gets nothing more in this pass"
    }
    return nil
  }
}
