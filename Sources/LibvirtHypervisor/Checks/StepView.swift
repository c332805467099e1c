import CLibvirt
import Fleet
import Hypervisor

/// One step beside what both of its hosts showed: says what stands in its way.
struct StepView {
  let step: Step
  let marks: WriterMarks
  var source: SourceFacts?
  var destination: DestinationFacts?
  var capacities: [HostName: CapacityPolicy] = [:]
  var addresses = ScreenAddresses()

  init(step: Step, marks: WriterMarks) {
    self.step = step
    self.marks = marks
  }

  /// Other writers' marks and other jobs on the instance.
  var claims: [Obstacle] {
    var found: [Obstacle] = []
    if let mark = [source?.mark, destination?.mark].compactMap({ $0 }).first(where: marks.isKeptOff) {
      let text = "\(step.instance) is marked by \(marks.writer.words(on: mark)) until \(mark.expires)"
      found.append(Obstacle(.otherWriter, text, passing: mark.expires > marks.now))
    }
    for (host, job) in [(step.source, source?.sighting.job), (step.destination, destination?.sighting.job)] {
      switch job {
      case .migrationOut where step.action == .resumePostCopy, .migrationIn where step.action == .resumePostCopy: break
      case .migrationOut: found.append(busy("a migration of \(step.instance) away from \(host) runs"))
      case .migrationIn: found.append(busy("a migration of \(step.instance) to \(host) runs"))
      case .other(let name): found.append(busy("a \(name) job runs on \(step.instance) on \(host)"))
      case nil: break
      }
    }
    return found
  }

  private func busy(_ text: String) -> Obstacle { Obstacle(.busy, text, passing: true) }

  var obstacles: [Obstacle] {
    switch step.action {
    case .migrate(let options): migrate(options)
    case .shutDown: here.isActive && here.presence == .running ? [] : [misplaced("is not running on \(step.source)")]
    case .copyDisk(let disk): copyDisk(disk)
    case .define: define
    case .disable(let host): off(on: host)
    case .start(let host): start(on: host)
    case .undefine(let host): undefine(on: host)
    case .removeDisk: []
    case .resumePostCopy: resumePostCopy
    case .resume(let host):
      sighting(on: host).presence == .paused(.user) ? [] : [misplaced("is not paused on \(host)")]
    case .discardArrival(let host): discardArrival(on: host)
    case .closeHost(let host), .openHost(let host):
      [Obstacle(.other, "a libvirt host has no switch that keeps guests off \(host)", passing: false)]
    }
  }

  func misplaced(_ text: String) -> Obstacle { Obstacle(.notWhereExpected, "\(step.instance) \(text)", passing: false) }

  // MARK: what is where

  var here: DomainSighting { source?.sighting ?? .absent }
  var there: DomainSighting { destination?.sighting ?? .absent }
  func sighting(on host: HostName) -> DomainSighting { host == step.source ? here : there }

  /// The volumes that this step, or the disk copies of its move, would make at the destination.
  var copyTargets: [CopyTarget] {
    guard let description = source?.description else { return [] }
    let moves: [DiskMove]
    switch step.action {
    case .migrate(let options): moves = options.disks.filter { $0.action == .copy }
    case .copyDisk(let disk): moves = [disk]
    case .define(let disks): moves = disks ?? []
    default: return []
    }
    return moves.compactMap { move in
      guard let pool = move.toPool, let disk = description.disks.first(where: { $0.target == move.target }) else { return nil }
      return CopyTarget(target: move.target, pool: pool.rawValue, volume: CopyTarget.volumeName(of: disk))
    }
  }

  private func off(on host: HostName) -> [Obstacle] {
    sighting(on: host).isActive ? [misplaced("is not off on \(host)")] : []
  }

  private func discardArrival(on host: HostName) -> [Obstacle] {
    guard there.presence != .absent else { return [] }
    guard here.presence == .running else { return [misplaced("does not run on \(step.source)")] }
    return there.presence == .paused(.user) && host == step.destination ? [] : [misplaced("does not stand paused on \(host)")]
  }

  private func undefine(on host: HostName) -> [Obstacle] {
    let (copy, other) = host == step.source ? (here, there) : (there, here)
    guard copy.presence != .absent else { return [] }
    guard other.presence != .absent, other.isPersistent else {
      return [Obstacle(.otherCopyNotSafe, "\(host) has the only definition of \(step.instance)", passing: false)]
    }
    guard copy.isActive else { return [] }
    // A source that lost the end of its migration: paused for ever, while the guest runs at the destination.
    return copy.presence == .paused(.migration) && other.presence == .running ? [] : [misplaced("is not off on \(host)")]
  }

  private func start(on host: HostName) -> [Obstacle] {
    let copy = sighting(on: host)
    let (otherHost, other) = host == step.source ? (step.destination, there) : (step.source, here)
    guard copy.presence != .absent, copy.isPersistent else { return [misplaced("is not defined on \(host)")] }
    guard !copy.isActive else { return [misplaced("is not off on \(host)")] }
    switch other.presence {
    case .absent, .off(defined: false, _, _), .off(_, disabled: true, _): break
    case .off:
      return [Obstacle(.otherCopyNotSafe, "the copy of \(step.instance) on \(otherHost) is off, but could still start", passing: false)]
    default: return [Obstacle(.otherCopyNotSafe, "the copy of \(step.instance) on \(otherHost) is alive", passing: false)]
    }
    return host == step.destination ? room : []
  }

  private var resumePostCopy: [Obstacle] {
    guard case .postCopySource = here.presence else { return [misplaced("has no broken post-copy on \(step.source)")] }
    guard case .postCopyTarget = there.presence else { return [misplaced("has no broken post-copy on \(step.destination)")] }
    return []
  }
}

extension DomainSighting {
  /// A process of the hypervisor holds the guest.
  var isActive: Bool { state?.isActive ?? false }
}

extension CopyTarget {
  /// The name a disk's copy gets: the one it has.
  static func volumeName(of disk: DiskDescription) -> String {
    if let volume = disk.volume { return volume }
    guard let path = disk.path, let slash = path.lastIndex(of: "/") else { return disk.path ?? disk.target }
    return String(path[path.index(after: slash)...])
  }
}
