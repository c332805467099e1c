import Fleet
import Hypervisor

/// The steps a move takes on libvirt hosts.
///
/// A guest that is off is moved by its definition, not by libvirt's offline migration: that one silently replaces a definition at the
/// destination, takes no firmware variables along, and on a guest that turns out to run leaves two definitions.
enum LibvirtSteps {
  static func steps(for move: Move, policy: MigrationPolicy) throws(HypervisorError) -> [Step] {
    let copies = move.disks.filter { $0.action == .copy }
    func step(_ action: Step.Action) -> Step {
      Step(action, instance: move.instance, uuid: move.uuid, cell: move.cell, source: move.from, destination: move.to)
    }
    func migrate(_ mode: MigrationMode) -> [Step] { [step(.migrate(MigrateOptions(mode: mode, disks: move.disks, policy: policy)))] }
    guard move.from != move.to else { throw HypervisorError(.refusedNothingHappened, "\(move.instance) is on \(move.to) already") }
    switch move.mode {
    case .live:
      guard copies.isEmpty else {
        throw HypervisorError(.refusedNothingHappened, "a live migration of \(move.instance) copies no disks")
      }
      return migrate(.live)
    case .block: return migrate(copies.isEmpty ? .live : .block)
    case .offline:
      return copies.map { step(.copyDisk($0)) } + [
        step(.define(disks: copies)), step(.disable(on: move.from)), step(.undefine(on: move.from)),
      ]
    case .cold:
      let shutdown = policy.coldShutdown
      return [step(.shutDown(timeoutMilliseconds: shutdown.timeoutMilliseconds, onTimeout: shutdown.onTimeout))]
        + copies.map { step(.copyDisk($0)) }
        + [step(.define(disks: copies)), step(.disable(on: move.from)), step(.start(on: move.to)), step(.undefine(on: move.from))]
    }
  }
}
