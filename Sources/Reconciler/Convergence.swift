package import Fleet
import Planning
package import Reporting
import StateStore

/// A pass that changes things: one writer, recorded from beginning to end.
package struct Convergence: Sendable {
  package var pass: Pass
  package var command: String

  package init(pass: Pass, command: String) {
    self.pass = pass
    self.command = command
  }

  /// Throws `Refusal` if nothing was, or may be, done.
  package func run(savedPlan: Plan? = nil) async throws -> (result: PassResult, exitCode: ExitCode) {
    try await WriterSession.hold(
      database: pass.options.database, fleet: pass.desired.name, command: command, clock: pass.clock
    ) { keeper, epoch in
      var record = PassRecord(
        fleet: pass.desired.name, revision: pass.manifests.revision, startedAt: pass.clock.now(), dryRun: false, summary: "running")
      record.id = try await begin(record, keeper)
      do {
        let result = try await pass.converge(keeper, epoch: epoch, savedPlan: savedPlan)
        let exitCode = result.exitCode
        record.fill(from: result, exitCode)
        try await end(record, result.whole ?? result.plan, keeper)
        return (result, exitCode)
      } catch {
        record.exitCode = Int(ExitCode.refused.rawValue)
        record.summary = "\(error)"
        try? await end(record, nil, keeper)
        throw error
      }
    }
  }

  private func begin(_ record: PassRecord, _ keeper: StateKeeper) async throws -> Int {
    do { return try await keeper.call { try $0.begin(record) } } catch { throw Refusal.store("\(error)") }
  }

  private func end(_ record: PassRecord, _ plan: Plan?, _ keeper: StateKeeper) async throws {
    var record = record
    record.endedAt = pass.clock.now()
    let ended = record
    try await keeper.call { store in
      if let plan { try store.savePlan(plan, pass: ended.id) }
      try store.end(ended)
    }
  }
}

extension PassRecord {
  fileprivate mutating func fill(from result: PassResult, _ exitCode: ExitCode) {
    let plan = result.plan
    // The proof is of the whole plan; of a part nothing is proved.
    (moves, lowerBound, proof) =
      plan.rest == nil ? (plan.proof.moves, plan.proof.lowerBound, plan.proof.status) : (plan.moves.count, 0, .none)
    (succeeded, failed) = (result.succeeded.count, result.failed.count)
    (blocked, inSync) = (plan.blocked.count, plan.inSync)
    notInSync = plan.notInSync.count
    self.exitCode = Int(exitCode.rawValue)
    summary = result.outcome(startedAt: startedAt, endedAt: endedAt ?? startedAt, exitCode).exitMeaning
    if let rest = plan.rest { summary = "only \(rest.scope.words), \(rest.moves) moves outside of it: \(summary)" }
  }
}
