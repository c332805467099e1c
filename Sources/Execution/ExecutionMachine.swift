package import Fleet

/// A plan being carried out: which operation may start now, and the machines of those that run.
///
/// Slots are refilled as they free up; a move starts once all moves of its `after` have succeeded. What cannot start any more is dropped with
/// its reason, never journalled.
package struct ExecutionMachine: Sendable {
  package struct Dropped: Sendable, Equatable {
    package var operation: Operation
    package var why: String
    /// What it waited for was nobody's failure either: something else was at work, or somebody else did it.
    package var isSetAside = false
  }

  /// In the order they were given: recovered moves, then the plan's.
  package private(set) var operations: [OperationMachine]
  package private(set) var dropped: [Dropped] = []
  package private(set) var stopped: StopReason?
  private let exact: Bool
  private var index: [OperationID: Int] = [:]
  /// Plan ids of moves that succeeded.
  private var succeeded: Set<String> = []
  /// Plan ids of moves that ended otherwise or were dropped.
  private var lost: [String: String] = [:]
  /// Those of them that failed by nobody's fault.
  private var setAside: Set<String> = []
  private var waiting: [Int]
  private var active: Set<Int> = []
  private var slots: SlotLedger
  private var breaker = CircuitBreaker()

  /// `exact`: a saved plan, of which nothing more starts after the first failed re-check.
  package init(
    operations: [OperationMachine], limits: [CellName: MigrationLimits], copiesPerHostMax: [CellName: Int] = [:], exact: Bool = false
  ) {
    self.operations = operations
    self.exact = exact
    slots = SlotLedger(limits: limits, copiesPerHostMax: copiesPerHostMax)
    waiting = []
    for (position, machine) in operations.enumerated() {
      precondition(index.updateValue(position, forKey: machine.id) == nil, "operation ids are unique")
      if machine.isActive {
        active.insert(position)
        slots.take(machine.operation)
      } else if machine.phase == .waiting {
        waiting.append(position)
      }
    }
  }

  package var isFinished: Bool { active.isEmpty && waiting.isEmpty }
  package var running: [OperationMachine] { active.sorted().map { operations[$0] } }
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
    let effects = operations[position].handle(event, now: now)
    if operations[position].isEnded { finish(position) }
    return effects
  }

  private mutating func finish(_ position: Int) {
    guard active.remove(position) != nil else { return }
    let machine = operations[position]
    slots.free(machine.operation)
    guard let move = machine.operation.move else { return }
    if case .ended(.succeeded, _) = machine.phase {
      succeeded.insert(move.id)
    } else {
      breaker.failed(move, blame: machine.blame)
      lost[move.id] = "\(move.id) (\(move.instance)) did not succeed"
      if machine.wasSetAside { setAside.insert(move.id) }
      if exact, !machine.hasIntent, case .ended(_, let detail) = machine.phase {
        stop(.savedPlanNoLongerHolds("\(move.instance): \(detail)"))
      }
    }
  }

  private mutating func stop(_ reason: StopReason) {
    if stopped == nil { stopped = reason }
    for position in waiting { drop(position, "nothing more starts: \(reason.text)") }
    waiting = []
  }

  private mutating func drop(_ position: Int, _ why: String) {
    let operation = operations[position].operation
    let waitedFor = operation.move?.after.filter { lost[$0] != nil } ?? []
    let isSetAside = !waitedFor.isEmpty && waitedFor.allSatisfy(setAside.contains)
    dropped.append(Dropped(operation: operation, why: why, isSetAside: isSetAside))
    if let move = operation.move {
      lost[move.id] = "\(move.id) (\(move.instance)) was not started"
      if isSetAside { setAside.insert(move.id) }
    }
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
      let operation = operations[position].operation
      let after = operation.move?.after ?? []
      if let loss = after.compactMap({ lost[$0] }).first {
        drop(position, loss)
      } else if let objection = operation.move.flatMap({ breaker.objection(to: $0) }) {
        drop(position, objection)
      } else if after.allSatisfy(succeeded.contains), slots.hasRoom(for: operation) {
        slots.take(operation)
        active.insert(position)
        effects += operations[position].start(now: now)
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
