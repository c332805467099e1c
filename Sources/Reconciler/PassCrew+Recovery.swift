import Execution
import Fleet
import Hypervisor
import StateStore

/// What an earlier process left open: shown, asked about, settled, and where it takes long watched beside everything else.
extension PassCrew {
  /// How long recovery has the pass to itself; what runs longer (a migration, a host that wakes) is watched while the rest is planned and
  /// carried out.
  static let recoveryAloneMilliseconds = 20_000

  /// Open moves in words, with what will be done about each; empty: there are none that had begun.
  static func preview(_ open: [OperationJournal], _ desired: DesiredFleet) -> [String] {
    let wish = TodaysWish(desired)
    return open.filter { !$0.record.state.isFinal && !$0.steps.isEmpty }.map { journal in
      let step = journal.steps.last?.step.name ?? "its beginning"
      guard let move = journal.move else {
        return "\(journal.record.operation.words), begun by an earlier run, stands at \(step); it is settled once its host was looked at"
      }
      let what =
        "\(move.instance): \(move.mode == .offline ? "an" : "a") \(move.mode.rawValue) move from \(move.from) to \(move.to) of an earlier run stands at \(step)"
      if journal.record.rollbackStart != nil { return "\(what); it is being undone, and that goes on" }
      if let objection = wish.objection(to: move) { return "\(what); it is undone as far as it can be, for \(objection)" }
      return "\(what); it goes on once every host was looked at"
    }
  }

  /// Takes up every move an earlier process left open, and watches it to its end or for `recoveryAloneMilliseconds`.
  func recover() async throws -> ExecutionMachine? {
    try await dismissSettledByHand()
    let open = try await keeper.call { try $0.openOperations() }.filter { !$0.record.state.isFinal }
    guard !open.isEmpty else { return nil }
    var machines: [OperationMachine] = []
    var effects: [ExecutionEffect] = []
    let (wish, policies) = (TodaysWish(pass.desired), PolicyIndex(pass.desired))
    let (revision, now) = (pass.manifests.revision, pass.clock.now())
    let backOffs = try await keeper.call { try $0.backOffs(now: now, revision: revision) }
    for journal in open {
      let operation = journal.record.operation
      if let moved = movedHost(journal) {
        await pass.report(.warning("\(operation.instance.map { "\($0)" } ?? "\(operation.source)") is left alone: \(moved)"))
        continue
      }
      let policy = operation.move.map { policies.policy(uuid: $0.uuid, name: $0.instance, cell: $0.cell) } ?? MigrationPolicy()
      let (machine, first) = OperationMachine.recovering(
        journal, policy: policy, memoryBytes: operation.move.map(Self.memoryBytes) ?? 0, author: author,
        unwanted: journal.steps.isEmpty ? nil : operation.move.flatMap(wish.objection(to:)),
        asksAgainAt: backOffs[operation.subject]?.until,
        pausedArrival: hypervisors[operation.cell]?.capabilities.pausedArrival ?? false,
        keepsSources: keepsSources(in: operation.cell), hostsGone: hostsGone, now: pass.clock.now())
      machines.append(machine)
      effects += first
    }
    await pass.report(.note("\(machines.count) \(machines.count == 1 ? "move" : "moves") of an earlier run to settle first"))
    var execution = ExecutionMachine(operations: machines, limits: limits, copiesPerHostMax: copiesPerHostMax)
    let end = pass.clock.now().adding(milliseconds: Self.recoveryAloneMilliseconds)
    try await executor(objection: { nil }).run(&execution, first: effects, until: end)
    return execution
  }

  private var hostsGone: Set<HostName> { Set(pass.desired.hosts.filter(\.decommissioned).map(\.name)) }

  /// A host of the move that the manifests give another address than the journal has: another machine may have its name now.
  private func movedHost(_ journal: OperationJournal) -> String? {
    guard let step = journal.steps.last else { return nil }
    for then in [step.source, step.destination] {
      guard let now = author.endpoints[then.name], !then.uri.isEmpty, !now.uri.isEmpty,
        EndpointAddress(now.uri) != EndpointAddress(then.uri)
      else { continue }
      return
        "\(then.name) was reached at \(then.uri) when its move began, and is \(now.uri) now; give the host that address or its old name "
        + "back until the move is settled"
    }
    return nil
  }

  // MARK: what a person settled

  /// An instance that a person was asked to look at is ours again once exactly one host shows it, sound, and every other that may have had
  /// it was seen without.
  private func dismissSettledByHand() async throws {
    let asked = try await keeper.call { try $0.needsHuman() }
    for (uuid, item) in asked {
      guard let cell = item.cell, let hypervisor = hypervisors[cell] else { continue }
      let last = try await lastMove(of: uuid, item)
      let places = await search.places(of: uuid, in: cell)
      let hosts = Set(places.hosts + [last?.move?.from, last?.move?.to, item.host].compactMap { $0 }).sorted()
      var seen = await hypervisor.presence(of: uuid, on: hosts, deadline: PlanExecutor.callDeadline)
      for (host, presence) in seen where presence.isUnreachable && (search.isGoneForGood(host, cell) || places.isRuledOut(host)) {
        seen[host] = .absent
      }
      let copies = seen.filter { $0.value != .absent }
      if copies.count == 1, let (home, presence) = copies.first,
        presence == .running || (presence == .paused(.user) && last?.mayStandArrived(on: home) != true)
      {
        try await takeBack(uuid, item, last, home: home)
        await hypervisor.release(uuid, on: Array(seen.keys), home: home, deadline: PlanExecutor.callDeadline)
        await pass.report(.note("\(item.instance?.rawValue ?? uuid.rawValue) is sound again on one host: taken back into care"))
      }
    }
  }

  private func lastMove(of uuid: InstanceUUID, _ item: BlockedItem) async throws -> OperationJournal? {
    guard let name = item.instance else { return nil }
    return try await keeper.call { try $0.operations(limit: LeftoverFinder.movesSearchedMax, instance: name) }.first {
      $0.move?.uuid == uuid
    }
  }

  /// What the move that was settled by hand copied, or copied from, is deleted like any kept disk.
  private func takeBack(_ uuid: InstanceUUID, _ item: BlockedItem, _ last: OperationJournal?, home: HostName) async throws {
    // An older one was settled then; what it left may be in use again.
    if let last, last.record.state == .needsHuman, let move = last.move {
      let policy = PolicyIndex(pass.desired).policy(uuid: uuid, name: move.instance, cell: move.cell)
      guard keepsSources(in: move.cell) else { return try await keeper.call { try $0.clearNeedsHuman(uuid) } }
      try await remember(.retired(CopiedDisks.unused(after: last, home: home, policy: policy, now: pass.clock.now())))
    }
    try await keeper.call { try $0.clearNeedsHuman(uuid) }
  }

  /// What a journalled move had to carry beside its copied disks.
  private static func memoryBytes(_ move: Move) -> Int {
    max(0, move.bytes - move.disks.filter { $0.action == .copy }.reduce(0) { $0 + $1.bytes })
  }
}

extension OperationJournal {
  /// It arrived there paused by our will, and nobody let it run: a pause that is not its user's.
  fileprivate func mayStandArrived(on host: HostName) -> Bool {
    host == move?.to && steps.contains { $0.step.arrivesPaused }
      && !steps.contains { $0.step.action == .resume(on: host) && $0.state == .done }
  }
}

/// Where a connection leads, whatever its transport: the host and path of a URI, or the text of what is no URI.
private struct EndpointAddress: Equatable {
  private let host: Substring
  private let isLocal: Bool

  init(_ uri: String) {
    guard let scheme = uri.firstRange(of: "://") else {
      (host, isLocal) = (uri[...], false)
      return
    }
    let authority = uri[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
    let address = authority.split(separator: "@").last ?? ""
    host = address.hasPrefix("[") ? address.prefix { $0 != "]" } : address.prefix { $0 != ":" }
    isLocal = host.isEmpty
  }
}
