package import Fleet
package import Hypervisor
import Synchronization

/// A cell of libvirt hosts, each reached by its own URI.
package final class LibvirtHypervisor: Hypervisor {
  package let capabilities = HypervisorCapabilities(
    modes: Set(MigrationMode.allCases), postCopy: true, encryption: true, pausedArrival: true)

  let cell: CellName
  let declared: [HostName: DesiredHost]
  let writer: WriterIdentity
  let links: LibvirtLinks
  let now: @Sendable () -> Timestamp
  private let hosts: [HostName: LibvirtHost]
  /// Hosts that did not answer when they were looked at last.
  let silent = Mutex<Set<HostName>>([])

  /// How long a host may take that is most likely switched off for its maintenance; one that answers does so within a second.
  static let likelyOffMilliseconds = 3000

  /// `links` is shared by the drivers of one process; `now` is the wall's clock, for marks.
  package init(
    cell: DesiredCell, hosts: [DesiredHost], writer: WriterIdentity, links: LibvirtLinks, now: @escaping @Sendable () -> Timestamp
  ) {
    self.cell = cell.name
    self.writer = writer
    self.links = links
    self.now = now
    let ours = hosts.filter { $0.cell == cell.name }
    declared = Dictionary(ours.map { ($0.name, $0) }) { first, _ in first }
    self.hosts = Dictionary(
      ours.compactMap { host in host.connection.flatMap(HostURI.init).map { (host.name, links.host(host.name, $0)) } }
    ) { first, _ in first }
  }

  var marks: WriterMarks { WriterMarks(writer: writer, now: now()) }

  /// The host, or why it cannot be asked.
  func host(_ name: HostName) -> Result<LibvirtHost, LibvirtError> {
    if let host = hosts[name] { return .success(host) }
    guard let host = declared[name] else { return .failure(.refused("no manifest names host \(name) any more")) }
    guard let uri = host.connection else { return .failure(.refused("\(name) has no connection URI (spec.connection)")) }
    return .failure(
      .refused(
        "\(name): \(uri) is no connection this program knows: use qemu+tls://HOST/system, qemu+tcp://HOST/system, qemu+ssh://USER@HOST/system "
          + "or qemu:///system"))
  }

  /// Runs `body` with the host's connection on a thread of its own.
  func call<Value: Sendable>(
    _ name: HostName, _ deadline: Deadline, _ body: @escaping @Sendable (ConnectionHandle) throws(LibvirtError) -> Value
  ) async -> Result<Value, LibvirtError> {
    switch host(name) {
    case .success(let host): await host.call(deadline, body)
    case .failure(let error): .failure(error)
    }
  }

  /// The same for several hosts at once.
  func callAll<Value: Sendable>(
    _ names: [HostName], _ deadline: Deadline, listening: Bool = false,
    ended: (HostName, Result<Value, LibvirtError>) -> Void = { _, _ in },
    _ body: @escaping @Sendable (LibvirtHost, ConnectionHandle) throws(LibvirtError) -> Value
  ) async -> [HostName: Result<Value, LibvirtError>] {
    await withTaskGroup(of: (HostName, Result<Value, LibvirtError>).self) { group in
      for name in Set(names) {
        switch host(name) {
        case .success(let host):
          group.addTask {
            (name, await host.call(deadline, listening: listening) { connection throws(LibvirtError) in try body(host, connection) })
          }
        case .failure(let error): group.addTask { (name, .failure(error)) }
        }
      }
      var results: [HostName: Result<Value, LibvirtError>] = [:]
      for await (name, result) in group {
        ended(name, result)
        results[name] = result
      }
      return results
    }
  }

  // MARK: looking

  package func observe(deadline: Deadline) async -> CellObservation { await observe(deadline: deadline, likelyOff: []) }

  package func observe(deadline: Deadline, likelyOff: Set<HostName>) async -> CellObservation {
    let present = declared.values.filter { !$0.decommissioned }.map(\.name)
    let names = present.filter { !likelyOff.contains($0) }
    async let answers = surveys(of: names, deadline)
    let quick = Deadline(milliseconds: min(deadline.milliseconds, Self.likelyOffMilliseconds))
    var surveys = await surveys(of: present.filter(likelyOff.contains), quick).merging(await answers) { first, _ in first }
    for host in declared.values where host.decommissioned {
      surveys[host.name] = .failure(.refused("it is decommissioned, and not asked any more"))
    }
    silent.withLock { $0 = Set(surveys.filter { (try? $0.value.get()) == nil }.keys) }
    var survey = CellSurvey(name: cell, hosts: surveys, now: now())
    survey.offered = await offeredMachines(survey, deadline)
    let marks = marks
    return survey.observation { marks.isKeptOff(by: $0) }
  }

  private func surveys(of names: [HostName], _ deadline: Deadline) async -> [HostName: Result<HostSurvey, LibvirtError>] {
    let told = HostHearing.told
    return await callAll(
      names, deadline, listening: true,
      ended: { host, result in
        switch result {
        case .success: told?(host, nil)
        case .failure(let error): told?(host, error.message)
        }
      }
    ) { host, connection throws(LibvirtError) in
      try HostSurvey.take(connection, host.cache)
    }
  }

  package func presence(of uuid: InstanceUUID, on hosts: [HostName], deadline: Deadline) async -> [HostName: Presence] {
    let seen = await callAll(hosts, deadline) { _, connection throws(LibvirtError) in
      try DomainSighting.look(uuid, connection).presence
    }
    return seen.mapValues { result in
      switch result {
      case .success(let presence): presence
      case .failure(let error): .unreachable(reason: error.message)
      }
    }
  }

  package func steps(for move: Move, policy: MigrationPolicy) throws(HypervisorError) -> [Step] {
    try LibvirtSteps.steps(for: move, policy: policy)
  }

  package func check(_ step: Step, deadline: Deadline) async -> [Obstacle] { await StepChecks(self, deadline).obstacles(to: step) }

  // MARK: marks

  /// Where a host that matters is silent everything stays: a call that is given up can still take effect once its daemon wakes.
  package func release(_ uuid: InstanceUUID, on hosts: [HostName], home: HostName?, deadline: Deadline) async {
    let seen = await presence(of: uuid, on: Set(hosts + [home].compactMap { $0 }).sorted(), deadline: deadline)
    if let home, seen[home]?.isUnreachable ?? true { return }
    let lives = home.flatMap { livesAlone(on: $0, seen) ? $0 : nil }
    // With the mark would go what it remembers of autostart.
    if home != nil, lives == nil, seen.values.contains(where: \.isUnreachable) { return }
    let marks = marks
    _ = await callAll(hosts.filter { seen[$0]?.isUnreachable == false }, deadline) { host, connection throws(LibvirtError) in
      guard let domain = try connection.domain(uuid: uuid.rawValue) else { return }
      try marks.takeOff(domain, isHome: host.name == lives)
      let description = try parsed { try DomainDescription(xml: try domain.xml()) }
      try OwnCopy.takeOffSigns(of: description.disks, connection)
    }
  }

  /// The guest is alive there and on no other of the hosts, or off there and on no other at all.
  private func livesAlone(on home: HostName, _ seen: [HostName: Presence]) -> Bool {
    let others = seen.filter { $0.key != home }.map(\.value)
    switch seen[home] {
    case .running, .paused(.user), .paused(.ioError): return !others.contains(where: \.isAlive)
    case .off(defined: true, _, _): return others.allSatisfy { $0 == .absent }
    default: return false
    }
  }

  /// When a job of this cell, begun by this process, ends. Of what the hosts do by themselves it says nothing: a pass looks at all it needs,
  /// and their events only make cached definitions be read again.
  package func wakeups() -> AsyncStream<Void> { links.jobs.endings(in: cell) }
}
