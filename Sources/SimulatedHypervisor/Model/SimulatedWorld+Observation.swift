package import Fleet

/// What hosts show of the truth; the world must have been advanced to now.
extension SimulatedWorld {
  /// One look at a cell's declared hosts: those that answer by the deadline, and what they have.
  package func observation(
    of cell: CellName, declaredHosts: [HostName], by caller: SimulatedCaller, deadlineMilliseconds: Int = Int.max
  ) -> CellObservation {
    guard let index = cellIndex(cell) else {
      return CellObservation.unreachable(cell, declaredHosts, because: "the world has no cell \(cell)")
    }
    let known = Dictionary(cells[index].hosts.map { ($0.name, $0) }) { first, _ in first }
    let silences = faults.isEmpty ? nil : Set(faults.compactMap(\.host))
    var answering: Set<HostName> = []
    let hosts = declaredHosts.sorted().map { name -> HostObservation in
      guard let host = known[name] else {
        return HostObservation(name: name, reachable: false, unreachableReason: "the world has no host \(name)")
      }
      var reason = host.reachable ? nil : (host.unreachableReason ?? "no answer")
      if silences?.contains(name) ?? false { reason = silence(of: name, in: index, deadlineMilliseconds: deadlineMilliseconds) }
      if let reason { return HostObservation(name: name, reachable: false, unreachableReason: reason) }
      answering.insert(name)
      return host.observation
    }
    let jobs = Set(self.jobs.filter { $0.isRunning && $0.step.cell == cell }.map(\.step.uuid))
    let instances = cells[index].instances
    let order = instances.indices.filter { answering.contains(instances[$0].host) }
      .sorted { (instances[$0].uuid, instances[$0].host) < (instances[$1].uuid, instances[$1].host) }
    return CellObservation(
      name: cell, hosts: hosts,
      instances: order.map { instances[$0].observation(jobRuns: !jobs.isEmpty && jobs.contains(instances[$0].uuid), by: caller) },
      leftovers: cells[index].hosts.filter { answering.contains($0.name) }.sorted { $0.name < $1.name }.flatMap { $0.leftovers(jobs) })
  }

  /// What each host shows of one instance.
  package func presence(
    of uuid: InstanceUUID, on hosts: [HostName], in cell: CellName, deadlineMilliseconds: Int = Int.max
  ) -> [HostName: Presence] {
    var seen: [HostName: Presence] = [:]
    for host in hosts {
      guard let index = cellIndex(cell) else {
        seen[host] = .unreachable(reason: "the world has no cell \(cell)")
        continue
      }
      if let reason = silence(of: host, in: index, deadlineMilliseconds: deadlineMilliseconds) {
        seen[host] = .unreachable(reason: reason)
      } else {
        seen[host] = cells[index].copy(of: uuid, on: host)?.presence ?? .absent
      }
    }
    return seen
  }
}

extension CellObservation {
  /// A look at a cell of which no host answered.
  static func unreachable(_ cell: CellName, _ hosts: [HostName], because reason: String) -> CellObservation {
    CellObservation(
      name: cell, hosts: hosts.sorted().map { HostObservation(name: $0, reachable: false, unreachableReason: reason) }, instances: [])
  }
}

extension SimulatedHost {
  /// Copies that broke and that no step works on.
  func leftovers(_ jobs: Set<InstanceUUID>) -> [Leftover] {
    volumes.filter { !$0.complete && !jobs.contains($0.uuid) }.map { volume in
      Leftover(
        host: name, kind: .volume, name: "\(volume.uuid)-\(volume.target)", storage: volume.pool, uuid: volume.uuid,
        text: "half a copy of disk \(volume.target) in \(volume.pool)")
    }.sorted { $0.name < $1.name }
  }

  var observation: HostObservation {
    HostObservation(
      name: name, admission: admission, memoryBytes: memoryBytes, cpus: cpus, cpuModel: cpuModel,
      offeredCPUModels: offeredCPUModels, storages: storages.sorted { $0.id < $1.id }, networks: networks.sorted(),
      machineUUID: machineUUID)
  }
}

extension SimulatedInstance {
  func observation(jobRuns: Bool, by caller: SimulatedCaller) -> InstanceObservation {
    let shown: InstanceObservation.Power =
      switch power {
      case .running, .postCopyTarget: .running
      case .paused, .incoming, .postCopySource, .postCopyTargetFailed: .paused
      case .off: .off
      case .crashed: .crashed
      }
    let halfway = power == .incoming || power == .postCopySource || power == .postCopyTarget || power == .postCopyTargetFailed
    return InstanceObservation(
      uuid: uuid, name: name, host: host, power: shown, persistent: persistent, memoryMaxBytes: memoryMaxBytes,
      overheadBytes: overheadBytes, vcpus: vcpus, cpuModel: cpuModel, networks: networks.count < 2 ? networks : networks.sorted(),
      disks: disks.count < 2 ? disks : disks.sorted { $0.target < $1.target }, blockers: blockers.count < 2 ? blockers : blockers.sorted(),
      busy: busy || jobRuns || halfway || (mark.map { caller.isKeptOff(by: $0) } ?? false), mark: mark,
      dirtyBytesPerSecond: dirtyBytesPerSecond, workingSetBytes: workingSetBytes)
  }
}
