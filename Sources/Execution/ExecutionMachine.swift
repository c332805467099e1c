package import Fleet

/// A plan being carried out: which move may start now, and the machines of those that run.
///
/// Slots are refilled as they free up; a move starts once all moves of its `after` have succeeded. What cannot start any more is dropped with
/// its reason, never journalled.
package struct ExecutionMachine: Sendable {
  package struct Dropped: Sendable, Equatable {
    package var move: Move
    package var why: String
  }

  /// In the order they were given: recovered moves, then the plan's.
  package private(set) var moves: [MoveMachine]
  package private(set) var dropped: [Dropped] = []
  package private(set) var stopped: StopReason?
  private let exact: Bool
  private var index: [MoveID: Int] = [:]
  /// Plan ids of moves that succeeded.
  private var succeeded: Set<String> = []
  /// Plan ids of moves that ended otherwise or were dropped.
  private var lost: [String: String] = [:]
  private var waiting: [Int]
  private var active: Set<Int> = []
  private var slots: SlotLedger
  private var breaker = CircuitBreaker()

  /// `exact`: a saved plan, of which nothing more starts after the first failed re-check.
  package init(
    moves: [MoveMachine], limits: [CellName: MigrationLimits], copiesPerHostMax: [CellName: Int] = [:], exact: Bool = false
  ) {
    self.moves = moves
    self.exact = exact
    slots = SlotLedger(limits: limits, copiesPerHostMax: copiesPerHostMax)
    waiting = []
    for (position, machine) in moves.enumerated() {
      precondition(index.updateValue(position, forKey: machine.id) == nil, "move ids are unique")
      if machine.isActive {
        active.insert(position)
        slots.take(machine.move)
      } else if machine.phase == .waiting {
        waiting.append(position)
      }
    }
  }

  package var isFinished: Bool { active.isEmpty && waiting.isEmpty }
  package var running: [MoveMachine] { active.sorted().map { moves[$0] } }
  package var waitingCount: Int { waiting.count }

  package mutating func handle(_ event: ExecutionEvent, now: Timestamp) -> [ExecutionEffect] {
    var effects: [ExecutionEffect] = []
    switch event {
    case .tick: for position in active.sorted() { effects += advance(position, event, now) }
    case .checked(let id, let obstacles):
      if let position = index[id] { effects += advance(position, event, now) }
      if let mark = obstacles.first(where: { $0.code == .otherWriter }) { stop(.otherWriter(mark.text)) }
    case .progressed(let id, _), .sighted(let id, _):
      if let position = index[id] { effects += advance(position, event, now) }
    case .began(let id, let outcome):
      if let position = index[id] { effects += advance(position, event, now) }
      if case .otherWriter(let text) = outcome { stop(.otherWriter(text)) }
    case .stop(let reason): stop(reason)
    }
    return effects + refill(now)
  }

  private mutating func advance(_ position: Int, _ event: ExecutionEvent, _ now: Timestamp) -> [ExecutionEffect] {
    let effects = moves[position].handle(event, now: now)
    if moves[position].isEnded { finish(position) }
    return effects
  }

  private mutating func finish(_ position: Int) {
    guard active.remove(position) != nil else { return }
    let machine = moves[position]
    slots.free(machine.move)
    if case .ended(.succeeded, _) = machine.phase {
      succeeded.insert(machine.move.id)
    } else {
      breaker.failed(machine.move, blame: machine.blame)
      lost[machine.move.id] = "\(machine.move.id) (\(machine.move.instance)) did not succeed"
      if exact, !machine.hasIntent, case .ended(_, let detail) = machine.phase {
        stop(.savedPlanNoLongerHolds("\(machine.move.instance): \(detail)"))
      }
    }
  }

  private mutating func stop(_ reason: StopReason) {
    if stopped == nil { stopped = reason }
    for position in waiting { drop(position, "nothing more starts: \(reason.text)") }
    waiting = []
  }

  private mutating func drop(_ position: Int, _ why: String) {
    dropped.append(Dropped(move: moves[position].move, why: why))
    lost[moves[position].move.id] = "\(moves[position].move.id) (\(moves[position].move.instance)) was not started"
  }

  /// Starts what may start. A drop may doom moves that were passed over, so it looks again until nothing is dropped any more.
  private mutating func refill(_ now: Timestamp) -> [ExecutionEffect] {
    var effects: [ExecutionEffect] = []
    var droppedBefore: Int
    repeat {
      droppedBefore = dropped.count
      effects += refillOnce(now)
    } while dropped.count > droppedBefore
    if active.isEmpty {
      // Nothing runs that could make room or end before them: waiting for ever would help nobody.
      for position in waiting { drop(position, "what it waits for, or a slot for it, never comes") }
      waiting = []
    }
    return effects
  }

  private mutating func refillOnce(_ now: Timestamp) -> [ExecutionEffect] {
    var effects: [ExecutionEffect] = []
    var still: [Int] = []
    for position in waiting {
      let move = moves[position].move
      if let loss = move.after.compactMap({ lost[$0] }).first {
        drop(position, loss)
      } else if let objection = breaker.objection(to: move) {
        drop(position, objection)
      } else if move.after.allSatisfy(succeeded.contains), slots.hasRoom(for: move) {
        slots.take(move)
        active.insert(position)
        effects += moves[position].start(now: now)
      } else {
        still.append(position)
      }
    }
    waiting = still
    return effects
  }
}

extension StopReason {
  package var text: String {
    switch self {
    case .interrupted: "interrupted"
    case .revisionChanged(let revision): "the manifests changed to \(revision)"
    case .manifestsInvalid: "the manifests are invalid now"
    case .otherWriter(let text): text
    case .savedPlanNoLongerHolds(let text): "the saved plan no longer holds: \(text)"
    }
  }
}
