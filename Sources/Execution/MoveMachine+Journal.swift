import Fleet

extension MoveMachine {
  func record(_ state: MoveRecord.State, _ now: Timestamp, detail: String = "") -> MoveRecord {
    MoveRecord(
      id: id, move: move, steps: steps, rollbackStart: rollbackStart, state: state, writer: author.writer, epoch: author.epoch, at: now,
      detail: detail, forecast: forecast)
  }

  func record(_ run: StepRun, _ state: StepRecord.State, _ now: Timestamp, job: JobRef? = nil, detail: String = "") -> StepRecord {
    StepRecord(
      intent: run.intent, move: id, stepIndex: run.index, step: steps[run.index], source: author.endpoint(move.from),
      destination: author.endpoint(move.to), writer: author.writer, epoch: author.epoch, state: state, job: job, at: now, detail: detail,
      statistics: state.isFinal || state == .running ? progress : nil,
      suspendedAt: suspended.flatMap { $0.stepIndex == run.index ? $0.at : nil }, askedAt: steps[run.index].isShutDown ? askedAt : nil)
  }
}
