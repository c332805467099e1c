import Synchronization

/// Whether a call outlived its deadline, said by whichever side comes second: its thread or its caller.
final class Overdue: Sendable {
  private enum Phase { case underWay, ended, givenUp }

  private let phase = Mutex(Phase.underWay)

  /// The call came back; true: its caller had given it up before.
  func ends() -> Bool {
    phase.withLock { phase in
      defer { phase = .ended }
      return phase == .givenUp
    }
  }

  /// Its caller waits no longer; true: it has not come back yet.
  func isGivenUp() -> Bool {
    phase.withLock { phase in
      guard phase == .underWay else { return false }
      phase = .givenUp
      return true
    }
  }
}
