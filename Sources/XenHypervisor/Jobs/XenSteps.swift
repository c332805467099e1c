import Fleet
import Hypervisor

/// The steps a move takes in a pool: a guest has one record there, so nothing is defined, disabled or undefined on the way.
enum XenSteps {
  static func steps(for move: Move, policy: MigrationPolicy) throws(HypervisorError) -> [Step] {
    let copies = move.disks.filter { $0.action == .copy }
    func step(_ action: Step.Action) -> Step {
      Step(action, instance: move.instance, uuid: move.uuid, cell: move.cell, source: move.from, destination: move.to)
    }
    func migrate(_ mode: MigrationMode) -> Step { step(.migrate(MigrateOptions(mode: mode, disks: move.disks, policy: policy))) }
    guard move.from != move.to else { throw HypervisorError(.refusedNothingHappened, "\(move.instance) is on \(move.to) already") }
    switch move.mode {
    case .live:
      guard copies.isEmpty else {
        throw HypervisorError(.refusedNothingHappened, "a live migration of \(move.instance) copies no disks")
      }
      return [migrate(.live)]
    case .block: return [migrate(copies.isEmpty ? .live : .block)]
    case .offline: return [migrate(.offline)]
    case .cold:
      let shutdown = policy.coldShutdown
      return [step(.shutDown(timeoutMilliseconds: shutdown.timeoutMilliseconds, onTimeout: shutdown.onTimeout))]
        + (copies.isEmpty ? [] : [migrate(.offline)]) + [step(.start(on: move.to))]
    }
  }
}
