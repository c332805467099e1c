import Fleet

/// What the hosts of a cell showed, side by side, as the observation that planning reads.
struct CellSurvey {
  let name: CellName
  /// Why a host is unreachable, or what it showed.
  let hosts: [HostName: Result<HostSurvey, LibvirtError>]
  /// When they were looked at.
  let now: Timestamp
  /// What each host was shown to offer, and not to know.
  var offered = OfferedMachines()

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
    let cell = CellObservation(
      name: name, hosts: hosts.keys.sorted().map { observation(of: $0, volumes, showsInterfaces) },
      instances: instances.sorted { ($0.uuid, $0.host ?? "") < ($1.uuid, $1.host ?? "") }, leftovers: leftovers)
    return Observation(at: now, cells: [cell]).heeding(PairFacts(self).refusals()).cells[0]
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
        offeredCPUModels: offered.cpus[host], storages: storages.sorted { $0.id < $1.id },
        networks: (survey.networks + (showsInterfaces ? (survey.interfaces ?? []).map(InstanceView.bridge) : [])).sorted(),
        machineUUID: survey.capabilities.hostUUID)
    case .failure(let error): return HostObservation(name: host, reachable: false, unreachableReason: error.message)
    case nil: return HostObservation(name: host, reachable: false, unreachableReason: "it was not asked")
    }
  }

  /// Network sources that guests of this cell use outside of any pool, each by its server.
  private var networkVolumes: [String] {
    var found: Set<String> = []
    for case .success(let survey) in hosts.values {
      for domain in survey.domains {
        for disk in domain.description.disks + (domain.nextBoot?.disks ?? []) {
          if let server = StorageView.server(of: disk) { found.insert(server) }
          for case .network(let source) in disk.backingImages { if let server = StorageView.server(of: source) { found.insert(server) } }
        }
      }
    }
    return found.sorted()
  }

  private var leftovers: [Leftover] { (definitions + tokens).sorted { ($0.host, $0.name) < ($1.host, $1.name) } }

  /// Definitions of guests that run elsewhere, which could be started a second time, and those that a move of ours disabled and forgot.
  private var definitions: [Leftover] {
    var active: [String: HostName] = [:]
    for (host, survey) in hosts {
      guard case .success(let survey) = survey else { continue }
      for domain in survey.domains where domain.state.isActive { active[domain.description.uuid] = host }
    }
    var found: [Leftover] = []
    for (host, survey) in hosts {
      guard case .success(let survey) = survey else { continue }
      for domain in survey.domains where !domain.state.isActive {
        guard let text = text(of: domain, host, runsOn: active[domain.description.uuid]) else { continue }
        let description = domain.description
        found.append(Leftover(host: host, kind: .definition, name: description.name, uuid: InstanceUUID(description.uuid), text: text))
      }
    }
    return found
  }

  /// Nil: it is no leftover.
  private func text(of domain: HostSurvey.Domain, _ host: HostName, runsOn: HostName?) -> String? {
    let description = domain.description
    let isForgotten = description.disabledMark && description.mark.map { $0.expires <= now } != false
    if let elsewhere = runsOn, elsewhere != host {
      return isForgotten
        ? "it runs on \(elsewhere); a move that did not end disabled this definition and left it: "
          + "virsh undefine \(description.name) --keep-nvram on \(host)"
        : "it runs on \(elsewhere); this definition could start it a second time"
    }
    guard isForgotten else { return nil }
    return "it runs nowhere, and a move that did not end disabled this definition; if no move of it is open, give it back: "
      + "virsh metadata \(description.name) \(ReconcileMetadata.disabledNamespace) --remove --config on \(host)"
  }

  /// A proof takes less than this, so a younger token may be under way.
  static let tokenMilliseconds = 120_000

  private var tokens: [Leftover] {
    var seen: Set<String> = []
    var found: [Leftover] = []
    // A shared storage shows its token on each of its hosts.
    for host in hosts.keys.sorted() {
      guard case .success(let survey)? = hosts[host] else { continue }
      for token in survey.tokens where token.changedAt.map({ $0.adding(milliseconds: Self.tokenMilliseconds) < now }) != false {
        guard seen.insert(token.volume).inserted else { continue }
        found.append(
          Leftover(
            host: host, kind: .volume, name: token.volume, storage: StorageID(token.pool),
            text:
              "a storage proof that was killed left it; nothing needs it: virsh vol-delete --pool \(token.pool) \(token.volume) on \(host)"
          ))
      }
    }
    return found
  }
}
