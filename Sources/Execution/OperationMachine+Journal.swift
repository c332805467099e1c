import Fleet

extension OperationMachine {
  func record(_ state: OperationRecord.State, _ now: Timestamp, detail: String = "") -> OperationRecord {
    OperationRecord(
      id: id, operation: operation, steps: steps, rollbackStart: rollbackStart, state: state, writer: author.writer, epoch: author.epoch,
      at: now,
      detail: detail, forecast: forecast)
  }

  func record(_ run: StepRun, _ state: StepRecord.State, _ now: Timestamp, job: JobRef? = nil, detail: String = "") -> StepRecord {
    StepRecord(
      intent: run.intent, operation: id, stepIndex: run.index, step: steps[run.index], source: author.endpoint(operation.source),
      destination: author.endpoint(operation.destination), writer: author.writer, epoch: author.epoch, state: state, job: job, at: now,
      detail: detail,
      statistics: state.isFinal || state == .running ? progress : nil,
      suspendedAt: suspended.flatMap { $0.stepIndex == run.index ? $0.at : nil }, askedAt: steps[run.index].isShutDown ? askedAt : nil)
  }
}
