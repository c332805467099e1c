package import Fleet
package import Hypervisor

/// A cell of libvirt hosts, each reached by its own URI.
package final class LibvirtHypervisor: Hypervisor {
  package let capabilities = HypervisorCapabilities(modes: Set(MigrationMode.allCases), postCopy: true, encryption: true)

  let cell: CellName
  let declared: [HostName: DesiredHost]
  let writer: WriterIdentity
  let links: LibvirtLinks
  let now: @Sendable () -> Timestamp
  private let hosts: [HostName: LibvirtHost]

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
    _ names: [HostName], _ deadline: Deadline, _ body: @escaping @Sendable (LibvirtHost, ConnectionHandle) throws(LibvirtError) -> Value
  ) async -> [HostName: Result<Value, LibvirtError>] {
    await withTaskGroup(of: (HostName, Result<Value, LibvirtError>).self) { group in
      for name in Set(names) {
        switch host(name) {
        case .success(let host):
          group.addTask { (name, await host.call(deadline) { connection throws(LibvirtError) in try body(host, connection) }) }
        case .failure(let error): group.addTask { (name, .failure(error)) }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  // MARK: looking

  package func observe(deadline: Deadline) async -> CellObservation {
    let surveys = await callAll(Array(declared.keys), deadline) { host, connection throws(LibvirtError) in
      try HostSurvey.take(connection, host.cache)
    }
    var survey = CellSurvey(name: cell, hosts: surveys)
    survey.offeredCPUs = await offeredCPUs(survey, deadline)
    let marks = marks
    return survey.observation { marks.isKeptOff(by: $0) }
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

  package func release(_ uuid: InstanceUUID, on hosts: [HostName], deadline: Deadline) async {
    let marks = marks
    _ = await callAll(hosts, deadline) { _, connection throws(LibvirtError) in
      guard let domain = try connection.domain(uuid: uuid.rawValue) else { return }
      try marks.takeOff(domain)
      let description = try parsed { try DomainDescription(xml: try domain.xml()) }
      try OwnCopy.takeOffSigns(of: description.disks, connection)
    }
  }

  /// Says nothing: a pass looks at all it needs; events of the hosts only make cached definitions be read again.
  package func wakeups() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}
