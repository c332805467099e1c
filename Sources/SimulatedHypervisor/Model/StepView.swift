import Fleet
import Hypervisor

/// One step beside the part of the world it is about.
struct StepView {
  let world: SimulatedWorld
  let cell: SimulatedCell
  let cellIndex: Int
  let step: Step
  let caller: SimulatedCaller

  var source: SimulatedInstance? { cell.copy(of: step.uuid, on: step.source) }
  var destination: SimulatedInstance? { cell.copy(of: step.uuid, on: step.destination) }
  var sourceHost: SimulatedHost? { cell.host(step.source) }
  var destinationHost: SimulatedHost? { cell.host(step.destination) }

  /// Other writers' marks and other jobs on the instance.
  var claims: [Obstacle] {
    guard step.isOfInstance else { return [] }
    let copies = cell.copies(of: step.uuid).filter { world.unreachableReason($0.host, in: cellIndex) == nil }
    var found: [Obstacle] = []
    if let mark = copies.lazy.compactMap(\.mark).first(where: { caller.isKeptOff(by: $0) }) {
      let text = "\(step.instance) is marked by \(caller.writer.words(on: mark)) until \(mark.expires)"
      found.append(Obstacle(.otherWriter, text, passing: mark.expires > caller.wall))
    }
    if copies.contains(where: \.busy) {
      found.append(Obstacle(.busy, "a job that is not ours runs on \(step.instance)", passing: true))
    }
    if let job = world.jobs.first(where: { $0.isRunning && $0.step.isOfInstance && $0.step.uuid == step.uuid && $0.step.cell == step.cell })
    {
      found.append(Obstacle(.busy, "\(job.step.name) of \(step.instance) runs as job \(job.id)", passing: true))
    }
    return found
  }

  var obstacles: [Obstacle] {
    switch step.action {
    case .migrate(let options): migrate(options)
    case .shutDown: source?.power == .running ? [] : [misplaced("is not running on \(step.source)")]
    case .copyDisk(let disk): copyDisk(disk)
    case .define: define
    case .disable(let host): off(on: host)
    case .start(let host): start(on: host)
    case .undefine(let host): undefine(on: host)
    case .removeDisk(let target, _, _, let host, _, _, _): removeDisk(target, on: host)
    case .resumePostCopy:
      source?.power == .postCopySource && destination?.power == .postCopyTargetFailed
        ? [] : [misplaced("has no broken post-copy between \(step.source) and \(step.destination)")]
    case .resume(let host): resume(on: host)
    case .discardArrival(let host):
      destination?.power == .paused && source?.power == .running ? [] : [misplaced("does not stand paused on \(host)")]
    case .closeHost, .openHost: []
    }
  }

  /// The copy at the step's other end: of a third host neither end knows anything.
  private func otherEnd(than host: HostName) -> [SimulatedInstance] {
    cell.copies(of: step.uuid).filter { $0.host != host && ($0.host == step.source || $0.host == step.destination) }
  }

  func misplaced(_ text: String) -> Obstacle { Obstacle(.notWhereExpected, "\(step.instance) \(text)", passing: false) }

  private func off(on host: HostName) -> [Obstacle] {
    guard let copy = cell.copy(of: step.uuid, on: host), copy.power.holdsMemory else { return [] }
    return [misplaced("is not off on \(host)")]
  }

  private func undefine(on host: HostName) -> [Obstacle] {
    guard let copy = cell.copy(of: step.uuid, on: host) else { return [] }
    let others = otherEnd(than: host).filter { world.unreachableReason($0.host, in: cellIndex) == nil }
    guard others.contains(where: \.persistent) else {
      return [Obstacle(.otherCopyNotSafe, "\(host) has the only definition of \(step.instance)", passing: false)]
    }
    guard copy.power.holdsMemory else { return [] }
    // A source that lost the end of its migration: paused for ever, while the guest runs at the destination.
    let abandoned = copy.power == .paused && copy.pauseReason == .migration && others.contains { $0.power == .running }
    return abandoned ? [] : [misplaced("is not off on \(host)")]
  }

  private func removeDisk(_ target: String, on host: HostName) -> [Obstacle] {
    guard case .removeDisk(_, let pool, _, _, _, _, _) = step.action, let copy = cell.copy(of: step.uuid, on: host),
      copy.disks.contains(where: { $0.target == target && $0.storage == pool })
    else { return [] }
    return [Obstacle(.targetExists, "disk \(target) in \(pool) belongs to \(step.instance) as it is defined on \(host)", passing: false)]
  }

  private func start(on host: HostName) -> [Obstacle] {
    guard let copy = cell.copy(of: step.uuid, on: host), copy.persistent else { return [misplaced("is not defined on \(host)")] }
    guard !copy.power.holdsMemory else { return [misplaced("is not off on \(host)")] }
    let unsafe = otherEnd(than: host)
      .filter { $0.power.holdsMemory || !$0.disabled || world.unreachableReason($0.host, in: cellIndex) != nil }
    if let other = unsafe.first {
      let text = "the copy of \(step.instance) on \(other.host) is \(other.power.rawValue), not proved off and disabled"
      return [Obstacle(.otherCopyNotSafe, text, passing: false)]
    }
    return room(for: copy, on: host)
  }

  /// Only a guest that our `suspend` paused, and only while no other copy holds memory.
  private func resume(on host: HostName) -> [Obstacle] {
    guard let copy = cell.copy(of: step.uuid, on: host), copy.power == .paused else { return [misplaced("is not paused on \(host)")] }
    if let other = otherEnd(than: host).first(where: \.power.holdsMemory) {
      return [Obstacle(.otherCopyNotSafe, "the copy of \(step.instance) on \(other.host) is alive", passing: false)]
    }
    return []
  }

  /// Room within the declared capacity of a host for one more running guest.
  func room(for guest: SimulatedInstance, on host: HostName) -> [Obstacle] {
    guard let found = cell.host(host) else { return [] }
    let policy = caller.capacities[host]
    let memory = policy?.memoryBytes(of: found.memoryBytes) ?? found.memoryBytes
    let charged = cell.chargedMemoryBytes(on: host)
    let needed = guest.memoryMaxBytes + guest.overheadBytes
    if charged + needed > memory {
      let text = "\(host) has \(max(0, memory - charged) >> 20) MiB free for guests; \(guest.name) needs \(needed >> 20) MiB"
      return [Obstacle(.memory, text, passing: true)]
    }
    guard let vcpus = policy?.vcpus(of: found.cpus), cell.chargedVcpus(on: host) + guest.vcpus > vcpus else { return [] }
    return [Obstacle(.other, "\(host) may run \(vcpus) virtual processors; \(guest.name) needs \(guest.vcpus) more", passing: true)]
  }
}
