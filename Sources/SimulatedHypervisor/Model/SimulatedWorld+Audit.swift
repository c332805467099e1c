package import Fleet
import Hypervisor

/// The world's own ground truth: looks at what a change did, sharing no code with the checks that should have prevented it.
extension SimulatedWorld {
  /// Notes a guest whose processors run in two copies, unless others alone brought that about.
  mutating func auditCopies(of uuid: InstanceUUID, in cell: CellName) {
    guard let cell = cellIndex(cell) else { return }
    let running = cells[cell].instances.filter { $0.uuid == uuid && $0.power.executes && $0.others?.isRival != true }
    if running.count > 1 {
      violated("\(running[0].name) runs on \(running.map(\.host.rawValue).sorted().joined(separator: " and "))")
    }
  }

  struct Charge: Equatable {
    var memoryBytes: Int
    var vcpus: Int
  }

  /// What the two hosts of a step are charged now.
  func charges(of step: Step, _ cell: Int) -> [HostName: Charge] {
    var charges: [HostName: Charge] = [:]
    for host in [step.source, step.destination] {
      charges[host] = Charge(
        memoryBytes: cells[cell].chargedMemoryBytes(on: host), vcpus: cells[cell].chargedVcpus(on: host))
    }
    return charges
  }

  /// Looks at what beginning a step changed: capacity made or worsened over its limit, and instances under another writer's live mark.
  mutating func audit(
    _ step: Step, _ cell: Int, before: [SimulatedInstance], chargesBefore: [HostName: Charge], by caller: SimulatedCaller
  ) {
    for (name, after) in charges(of: step, cell).sorted(by: { $0.key < $1.key }) {
      guard let was = chargesBefore[name], let host = cells[cell].host(name) else { continue }
      let comingBack = before.first { $0.host == name }?.chargeWhenStopped ?? 0
      let memory = max(caller.capacities[name]?.memoryBytes(of: host.memoryBytes) ?? host.memoryBytes, comingBack)
      if after.memoryBytes > memory, after.memoryBytes > was.memoryBytes {
        violated("\(step.name) of \(step.instance) charges \(name) \(after.memoryBytes >> 20) MiB of \(memory >> 20) MiB")
      }
      guard let vcpus = caller.capacities[name]?.vcpus(of: host.cpus), comingBack == 0 else { continue }
      if after.vcpus > vcpus, after.vcpus > was.vcpus {
        violated("\(step.name) of \(step.instance) charges \(name) \(after.vcpus) of \(vcpus) virtual processors")
      }
    }
    auditMarks(step, cell, before: before, by: caller)
  }

  /// Notes a whole disk that a step of ours deleted although nothing else holds the guest's data, or while the guest was not sound.
  mutating func auditDeletion(_ step: Step, _ cell: Int, volumesBefore: [SimulatedVolume]) {
    guard case .removeDisk(let target, let pool, _, _, _, let unchangedSince, _) = step.action, unchangedSince != nil,
      volumesBefore.contains(where: { $0.uuid == step.uuid && $0.target == target && $0.pool == pool && $0.complete })
    else { return }
    let copies = cells[cell].copies(of: step.uuid)
    if copies.count != 1 || !copies[0].isSound || !copies[0].disks.contains(where: { $0.target == target }) {
      let seen = copies.map { "\($0.power.rawValue) on \($0.host)" }.sorted()
      violated("a whole disk \(target) of \(step.instance) was deleted on \(step.destination) while the guest was \(seen)")
    }
  }

  /// Notes any change to an instance that carried another writer's live mark.
  package mutating func auditMarks(_ step: Step, _ cell: Int, before: [SimulatedInstance], by caller: SimulatedCaller) {
    let foreign = before.compactMap(\.mark).first { !caller.writer.isOurs($0) && $0.expires > caller.wall }
    if let foreign, cells[cell].copies(of: step.uuid) != before {
      violated("\(step.name) changed \(step.instance), which writer \(foreign.writer) had marked until \(foreign.expires)")
    }
  }
}
