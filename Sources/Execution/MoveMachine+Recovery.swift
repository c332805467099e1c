package import Fleet

extension MoveMachine {
  /// Takes up a move that an earlier process left open, where the journal says it stood.
  ///
  /// A move without an intent never started and is closed. An intent without a final record is settled by looking at both hosts; after a final
  /// one the move goes on, or on with being undone.
  package static func recovering(
    _ journal: MoveJournal, policy: MigrationPolicy, memoryBytes: Int, author: JournalAuthor, now: Timestamp
  ) -> (machine: MoveMachine, effects: [ExecutionEffect]) {
    let record = journal.move
    var author = author
    if let step = journal.steps.last {
      author.endpoints[step.source.name] = author.endpoints[step.source.name] ?? step.source
      author.endpoints[step.destination.name] = author.endpoints[step.destination.name] ?? step.destination
    }
    var machine = MoveMachine(
      id: record.id, move: record.move, steps: record.steps, policy: policy, memoryBytes: memoryBytes, author: author)
    machine.rollbackStart = record.rollbackStart
    machine.startedAt = journal.queuedAt
    machine.failure = record.detail
    for step in journal.steps {
      let undone = step.state == .refused || (step.state == .failed && !Rollback.failureLeavesTraces(step.step))
      if !undone { machine.touched.insert(step.stepIndex) }
    }
    guard let last = journal.steps.last else {
      let effects = machine.closeUnstarted(now)
      return (machine, effects)
    }
    machine.hasIntent = true
    let run = StepRun(index: last.stepIndex, attempt: attempt(of: last), intent: last.intent)
    switch last.state {
    case .intended, .accepted, .running, .inDoubt:
      machine.phase = .settling(run, jobState: nil, looks: 0)
      return (machine, [.look(record.id, run.intent, machine.steps[run.index], jobState: nil)])
    case .done, .refused, .failed:
      let effects = machine.resume(after: run, done: last.state == .done, last.detail, now)
      return (machine, effects)
    }
  }

  private mutating func resume(after run: StepRun, done: Bool, _ detail: String, _ now: Timestamp) -> [ExecutionEffect] {
    if let start = rollbackStart, run.index < start { return begin(start, attempt: 1, now) }
    return done ? goOn(after: run.index, now) : stepFailed(run, detail, mayPass: true, now)
  }

  private mutating func closeUnstarted(_ now: Timestamp) -> [ExecutionEffect] {
    phase = .ended(.rolledBack, "never started")
    endedAt = now
    return [.journal([.move(record(.rolledBack, now, detail: "never started"))])]
  }

  private static func attempt(of step: StepRecord) -> Int { step.intent.rawValue.split(separator: "/").last.flatMap { Int($0) } ?? 1 }
}
