import Fleet

/// What the hosts of a cell showed, side by side, as the observation that planning reads.
struct CellSurvey {
  let name: CellName
  /// Why a host is unreachable, or what it showed.
  let hosts: [HostName: Result<HostSurvey, LibvirtError>]
  /// Classes of guest processors each host was shown to offer.
  var offeredCPUs: [HostName: [String]] = [:]

  func observation(isKeptOff: @escaping (WriterMark) -> Bool) -> CellObservation {
    let volumes = networkVolumes
    let showsInterfaces = hosts.values.allSatisfy { survey in
      guard case .success(let survey) = survey else { return true }
      return survey.interfaces != nil
    }
    var instances: [InstanceObservation] = []
    for (host, survey) in hosts {
      guard case .success(let survey) = survey else { continue }
      let view = StorageView(survey.pools.map(\.description))
      instances += survey.domains.map {
        InstanceView($0, host, view, survey.capabilities, showsInterfaces: showsInterfaces, isKeptOff: isKeptOff).observation()
      }
    }
    return CellObservation(
      name: name, hosts: hosts.keys.sorted().map { observation(of: $0, volumes, showsInterfaces) },
      instances: instances.sorted { ($0.uuid, $0.host ?? "") < ($1.uuid, $1.host ?? "") }, leftovers: leftovers)
  }

  private func observation(of host: HostName, _ volumes: [String], _ showsInterfaces: Bool) -> HostObservation {
    switch hosts[host] {
    case .success(let survey):
      let view = StorageView(survey.pools.map(\.description))
      var storages = survey.pools.map { view.observation(of: $0) }
      // A network source is reached by the guest itself, so it is the same one from every host.
      storages += volumes.map { StorageObservation(id: StorageID($0), identity: $0, shared: true, freeBytes: 0) }
      return HostObservation(
        name: host, memoryBytes: survey.memoryBytes, cpus: survey.cpus, cpuModel: survey.capabilities.cpuClass,
        offeredCPUModels: offeredCPUs[host], storages: storages.sorted { $0.id < $1.id },
        networks: (survey.networks + (showsInterfaces ? (survey.interfaces ?? []).map(InstanceView.bridge) : [])).sorted())
    case .failure(let error): return HostObservation(name: host, reachable: false, unreachableReason: error.message)
    case nil: return HostObservation(name: host, reachable: false, unreachableReason: "it was not asked")
    }
  }

  /// Network sources that guests of this cell use outside of any pool, each by its server.
  private var networkVolumes: [String] {
    var found: Set<String> = []
    for case .success(let survey) in hosts.values {
      for domain in survey.domains {
        for disk in domain.description.disks { if let server = StorageView.server(of: disk) { found.insert(server) } }
      }
    }
    return found.sorted()
  }

  /// Definitions of guests that run elsewhere: they could be started a second time.
  private var leftovers: [Leftover] {
    var active: [String: HostName] = [:]
    for (host, survey) in hosts {
      guard case .success(let survey) = survey else { continue }
      for domain in survey.domains where domain.state.isActive { active[domain.description.uuid] = host }
    }
    var found: [Leftover] = []
    for (host, survey) in hosts {
      guard case .success(let survey) = survey else { continue }
      for domain in survey.domains where !domain.state.isActive {
        guard let elsewhere = active[domain.description.uuid], elsewhere != host else { continue }
        found.append(
          Leftover(
            host: host, kind: .definition, name: domain.description.name, uuid: InstanceUUID(domain.description.uuid),
            text: "it runs on \(elsewhere); this definition could start it a second time"))
      }
    }
    return found.sorted { ($0.host, $0.name) < ($1.host, $1.name) }
  }
}
