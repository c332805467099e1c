import Execution
import Fleet

/// Runs a machine against a fake world as the executor does, and notes every broken promise.
struct FakeRun {
  /// Events that any move must end within.
  static let eventsMax = 2000

  var machine: OperationMachine
  var world: FakeWorld
  var now = Timestamp(milliseconds: 1_000_000)
  private(set) var records: [JournalRecord] = []
  private(set) var begun: [String] = []
  private(set) var memories: [ExecutionMemory] = []
  private(set) var released = false
  private(set) var broken: [String] = []
  private(set) var events = 0
  private var intended: Set<IntentID> = []
  private var open: Set<IntentID> = []
  /// Starts at the destination that are not proved to have failed.
  private var startsThere: Set<IntentID> = []
  /// Called after each change of the journal or the world.
  var onChange: ((_ recordCount: Int, FakeWorld) -> Void)?

  init(machine: OperationMachine, world: FakeWorld, earlier: [JournalRecord] = []) {
    self.machine = machine
    self.world = world
    for record in earlier { note(record) }
    records = []
  }

  /// Where it ended, in short.
  var outcome: String {
    switch machine.phase {
    case .ended(let state, _): state.rawValue
    case .leftOpen: "leftOpen"
    default: "did not end"
    }
  }

  mutating func run(first: [ExecutionEffect]? = nil) {
    var pending = perform(first ?? machine.start(now: now))
    while !machine.isEnded, events < FakeRun.eventsMax {
      if pending.isEmpty {
        now = now.adding(milliseconds: 250)
        pending = [.tick]
      }
      let event = pending.removeFirst()
      events += 1
      pending += perform(machine.handle(event, now: now))
    }
    if !machine.isEnded { broken.append("did not end within \(FakeRun.eventsMax) events: \(machine.phase)") }
    if case .ended = machine.phase, !open.isEmpty { broken.append("ended with open intents \(open)") }
    broken += world.violations
  }

  private mutating func perform(_ effects: [ExecutionEffect]) -> [ExecutionEvent] {
    var answers: [ExecutionEvent] = []
    for effect in effects {
      switch effect {
      case .journal(let more):
        for record in more {
          records.append(record)
          note(record)
          onChange?(records.count, world)
        }
      case .remember(let memory): memories.append(memory)
      case .check(let id, _): answers.append(.checked(id, []))
      case .begin(let id, let intent, let step):
        noteBegin(intent, step)
        onChange?(records.count, world)
        answers.append(.began(id, world.begin(step, intent)))
      case .poll(let id, _, let job): answers.append(.progressed(id, world.progress(job)))
      case .control: break
      case .look(let id, let intent, _, let state, let scope):
        var sighting = world.look(intent, jobState: state)
        if scope.contains(.everyHost) { sighting.elsewhere = world.elsewhere }
        let allAnswer = !sighting.source.isUnreachable && !sighting.destination.isUnreachable
        if scope.contains(.trace) { sighting.hasTrace = world.hasBegun(intent) ? true : allAnswer ? false : nil }
        answers.append(.sighted(id, sighting))
      case .release: released = true
      }
      onChange?(records.count, world)
    }
    return answers
  }

  private mutating func note(_ record: JournalRecord) {
    guard case .step(let step) = record else { return }
    if step.state == .intended {
      if !intended.insert(step.intent).inserted { broken.append("\(step.intent) intended twice") }
      if !open.isEmpty { broken.append("\(step.intent) intended while \(open) is open") }
      open.insert(step.intent)
    }
    if step.state.isFinal { open.remove(step.intent) }
    if case .start(Fixture.destination) = step.step.action, step.state == .accepted || step.state == .inDoubt {
      startsThere.insert(step.intent)
    }
    if case .start(Fixture.destination) = step.step.action, step.state == .failed, case .failed = step.statistics?.state {
      startsThere.remove(step.intent)
    }
  }

  private mutating func noteBegin(_ intent: IntentID, _ step: Step) {
    begun.append(FakeWorld.key(step))
    if !open.contains(intent) { broken.append("\(intent) begun without its intent in the journal") }
    if case .start(Fixture.source) = step.action, !startsThere.isEmpty { broken.append("start at the source after it may have run there") }
  }
}

extension [JournalRecord] {
  /// All records of one move, folded as the state store does.
  var folded: OperationJournal? {
    var move: OperationRecord?
    var queuedAt: Timestamp?
    var steps: [StepRecord] = []
    for record in self {
      switch record {
      case .operation(let change):
        move = change
        queuedAt = queuedAt ?? change.at
      case .step(let change):
        if let position = steps.firstIndex(where: { $0.intent == change.intent }) { steps[position] = change } else { steps.append(change) }
      }
    }
    guard let move, let queuedAt else { return nil }
    return OperationJournal(record: move, queuedAt: queuedAt, steps: steps)
  }
}
