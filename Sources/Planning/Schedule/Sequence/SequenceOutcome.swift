/// A target as migrations that can be carried out: what each waits for and when it would start if every duration were as predicted.
package struct SequenceOutcome: Sendable, Equatable {
  /// Those already under way first, then by start.
  package var moves: [SequencedMove]
  /// Where every item ends. Differs from the target only where a detour ended on a host that is as good an end, or where `stuck` tells why.
  package var end: [Int]
  /// Seconds from the plan's start to its last end.
  package var makespan: Int
  /// Seconds that no order of these very moves can beat.
  package var makespanBound: Int
  /// Seconds of the longest chain of moves that wait for one another.
  package var criticalPath: Int
  /// Moves beyond one for each item that ends elsewhere.
  package var hops: Int
  package var stuck: DeadlockedSet?
}

/// One migration of a sequence.
package struct SequencedMove: Sendable, Equatable {
  package var item: Int
  package var from: Int
  package var to: Int
  /// Seconds from the plan's start.
  package var start: Int
  package var end: Int
  /// Indices of the moves that must have ended before this one starts; sorted. Any timing that heeds them and the slots is safe.
  package var after: [Int]
  /// The item moves on later.
  package var isHop: Bool
  /// It ran before the plan began; it is listed so that others can wait for it.
  package var isUnderWay: Bool
}

/// A migration that runs when the plan begins: its item starts on `from` and is charged on both hosts until it ends.
package struct RunningMigration: Sendable, Equatable {
  package var item: Int
  package var from: Int
  package var to: Int
  package var secondsLeft: Int

  package init(item: Int, from: Int, to: Int, secondsLeft: Int) {
    self.item = item
    self.from = from
    self.to = to
    self.secondsLeft = secondsLeft
  }
}

/// Items that wait for one another, so that no order was found in which they reach their ends.
package struct DeadlockedSet: Sendable, Equatable {
  package enum Proof: Sendable, Equatable {
    /// No guest on any of the hosts can ever leave: all it may go to are among them, and none has room. Re-checked by `DeadlockCheck`.
    case nothingCanLeave
    /// Every placement that migrations can reach was visited.
    case searchedWhole
    /// The search ended without an answer.
    case none
  }
  /// Sorted.
  package var items: [Int]
  /// Sorted.
  package var hosts: [Int]
  package var proof: Proof

  package init(items: [Int], hosts: [Int], proof: Proof) {
    self.items = items
    self.hosts = hosts
    self.proof = proof
  }
}
