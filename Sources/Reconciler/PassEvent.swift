package import Execution
package import Fleet

/// What a pass tells whoever shows it, in order.
package enum PassEvent: Sendable {
  /// Something worth a line, such as what recovery settled.
  case note(String)
  case warning(String)
  case planned(Plan)
  case moveStarted(Move)
  /// The machine of that move.
  case moveEnded(Move, OperationMachine)
  case moveDropped(Move, why: String)
  case progress(PassProgress)
}

/// What runs at one instant.
package struct PassProgress: Sendable {
  package var running: [OperationMachine]
  package var waiting: Int
  package var ended: Int
  package var total: Int
}
