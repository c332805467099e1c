import Execution
import Fleet
import Hypervisor
import StateStore

/// What carries moves out within one pass: the executor with its journal, its memory and its drivers.
struct PassCrew: Sendable {
  let pass: Pass
  let keeper: StateKeeper
  let writer: WriterIdentity
  let hypervisors: [CellName: any Hypervisor]

  var author: JournalAuthor {
    let worlds = Dictionary(
      pass.desired.cells.map { ($0.name, $0.connection) }, uniquingKeysWith: { first, _ in first })
    let endpoints = pass.desired.hosts.map { host in
      var uri = host.connection ?? ""
      if case .simulated(let connection) = worlds[host.cell] { uri = "simulated:\(connection.world)#\(host.name)" }
      return (host.name, HostEndpoint(name: host.name, uri: uri))
    }
    return JournalAuthor(
      writer: writer.writer, epoch: writer.epoch, endpoints: Dictionary(endpoints, uniquingKeysWith: { first, _ in first }))
  }

  var limits: [CellName: MigrationLimits] {
    Dictionary(pass.desired.cells.map { ($0.name, $0.limits) }, uniquingKeysWith: { first, _ in first })
  }

  /// A driver that nobody has any more is not known to have kept none.
  func keepsSources(in cell: CellName) -> Bool { hypervisors[cell]?.capabilities.keepsSources ?? true }

  var copiesPerHostMax: [CellName: Int] { hypervisors.compactMapValues(\.capabilities.copiesPerHostMax) }

  var search: CopySearch {
    let byCell = Dictionary(grouping: pass.desired.hosts, by: \.cell).mapValues { hosts in
      Dictionary(hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let keeper = keeper
    return CopySearch(hosts: byCell) { uuid, cell in try? await keeper.call { try $0.hostsLastShowing(uuid, in: cell) } }
  }

  func executor(
    objection: @escaping @Sendable () async -> StopReason?, report: (@Sendable (PassEvent) async -> Void)? = nil,
    seen: Observation? = nil
  ) -> PlanExecutor {
    let epoch = writer.epoch
    return PlanExecutor(
      hypervisors: hypervisors, clock: pass.clock, stop: pass.stop,
      journal: { records in
        try pass.journalHook(.before)
        try await keeper.call { try $0.append(records, epoch: epoch) }
        try pass.journalHook(.after)
      },
      remember: { memory in try await remember(memory, seen) }, objection: objection, report: report ?? pass.report, search: search,
      turns: pass.turns
    )
  }

  /// Moves of one instance in a row that others' work put off before it backs off as after a failure.
  static let postponedInARowMax = 3

  /// `seen`: what was planned with; nil: nothing was yet.
  func remember(_ memory: ExecutionMemory, _ seen: Observation? = nil) async throws {
    let revision = pass.manifests.revision
    let now = pass.clock.now()
    var memory = memory
    if case .retired(let disks) = memory { memory = .retired(await read(disks)) }
    if case .avoided(var pair) = memory, let cell = seen?.cells.first(where: { $0.name == pair.cell }) {
      pair.facts = Avoidance.facts(pair.uuid, pair.host, cell)
      memory = .avoided(pair)
    }
    try await keeper.call { [memory] store in
      switch memory {
      case .failed(let uuid): _ = try store.recordFailure(uuid, revision: revision, now: now)
      case .postponed(let uuid, let name):
        // A job that nobody ends would be planned around for ever, and nobody told.
        let last = try store.operations(limit: Self.postponedInARowMax, instance: name)
        guard last.count == Self.postponedInARowMax, last.allSatisfy({ $0.record.state == .postponed }) else { break }
        _ = try store.recordFailure(uuid, revision: revision, now: now)
      case .avoided(let pair): try store.recordFailedPair(pair, revision: revision)
      case .succeeded(let uuid):
        try store.clearBackOff(uuid)
        try store.forgetFailedPairs(of: uuid)
      case .retired(let disks): for disk in disks { try store.addRetiredDisk(disk) }
      case .removedRetired(let uuid, let host, let pool, let target, let volume):
        for disk in try store.retiredDisks() where disk.isOne(of: uuid, host, pool, target, volume) {
          try store.removeRetiredDisk(disk)
          try store.clearKeptDiskTrouble(disk)
        }
      case .keptDiskStays(let uuid, let host, let pool, let target, let volume, let text):
        for disk in try store.retiredDisks() where disk.isOne(of: uuid, host, pool, target, volume) {
          try store.recordKeptDiskTrouble(disk, text: text, now: now)
        }
      case .displaced(let uuid, let host): try store.setDisplaced(uuid, from: host)
      case .returned(let uuid): try store.clearDisplaced(uuid)
      case .needsHuman(let uuid, let item): try store.setNeedsHuman(uuid, item)
      }
    }
  }

  /// With when each was last changed by its host's own clock, so that no two clocks are ever compared; of copied media those that a move made.
  private func read(_ disks: [RetiredDisk]) async -> [RetiredDisk] {
    var read: [RetiredDisk] = []
    for var disk in disks {
      if disk.media == true {
        guard await hypervisors[disk.cell]?.isOwnCopy(disk, deadline: PlanExecutor.callDeadline) == true else { continue }
      }
      if let volume = disk.volume, let hypervisor = hypervisors[disk.cell] {
        disk.changedAt = await hypervisor.changedAt(volume, in: disk.pool, on: disk.host, deadline: PlanExecutor.callDeadline)
      }
      // A disc may lie there for months: without its own time nobody could tell it from another of its name that came later.
      if disk.media != true || disk.changedAt != nil { read.append(disk) }
    }
    return read
  }

  // MARK: marks

  /// Takes off marks of ours that no open move explains: their move ended, but we died, or the host was silent, before they were.
  func releaseStaleMarks(_ seen: Observation) async throws {
    let open = Set(try await keeper.call { try $0.openOperations() }.map(\.record.operation.subject))
    for cell in seen.cells {
      guard let hypervisor = hypervisors[cell.name] else { continue }
      let copies = Dictionary(grouping: cell.instances.filter { !open.contains($0.uuid) }, by: \.uuid)
      for (uuid, copies) in copies.sorted(by: { $0.key < $1.key }) where copies.contains(where: { $0.mark.map(writer.isOurs) ?? false }) {
        let home = home(of: copies, in: cell)
        guard home != nil || cell.hosts.allSatisfy(\.reachable) else { continue }
        await hypervisor.release(uuid, on: copies.compactMap(\.host), home: home, deadline: PlanExecutor.callDeadline)
      }
    }
  }

  /// Where alone a guest lives: it runs on one host, or it is off and defined on one while all others answer.
  private func home(of copies: [InstanceObservation], in cell: CellObservation) -> HostName? {
    let alive = copies.filter(\.power.isActive)
    if !alive.isEmpty { return alive.count == 1 ? alive[0].host : nil }
    return copies.count == 1 && cell.hosts.allSatisfy(\.reachable) ? copies[0].host : nil
  }

  // MARK: hosts

  /// Closes and opens hosts, each as a journalled operation; what comes back could not be done.
  func change(_ changes: [HostChange]) async throws -> [BlockedItem] {
    guard !changes.isEmpty else { return [] }
    let author = author
    var machines: [OperationMachine] = []
    for change in changes {
      let id = try await keeper.call { try $0.nextOperationID() }
      machines.append(OperationMachine(id: id, .hostChange(change), steps: [change.step], author: author))
    }
    // One at a time: the pool carries our mark meanwhile, and it is one mark.
    let one = limits.mapValues { _ in MigrationLimits(total: 1, perHost: 1, perHostIncoming: 1, perHostOutgoing: 1) }
    var execution = ExecutionMachine(operations: machines, limits: one)
    try await executor(objection: { nil }, report: { _ in }).run(&execution)
    var failed: [BlockedItem] = []
    for machine in execution.operations {
      // What was not begun, for the run was told to stop, was refused by nobody.
      guard case .hostChange(let change) = machine.operation, machine.isEnded else { continue }
      if machine.endState == .succeeded {
        await pass.report(.note("\(change.host): \(change.isDone) (\(change.text))"))
      } else {
        failed.append(change.blockedItem(why: machine.endDetail))
      }
    }
    return failed
  }

  // MARK: the plan

  /// `recovered`: moves of an earlier run that are still watched; they keep their slots.
  func carryOut(_ plan: Plan, _ seen: Observation, exact: Bool, recovered: [OperationMachine] = []) async throws -> ExecutionMachine {
    let policies = PolicyIndex(pass.desired)
    let retired = try await keeper.call { try $0.retiredDisks() }
    let author = author
    let guests = Dictionary(seen.cells.flatMap { $0.instances.map { ($0.uuid, $0) } }, uniquingKeysWith: { first, _ in first })
    let rates = Dictionary(pass.desired.cells.map { ($0.name, $0.networkBytesPerSecond) }, uniquingKeysWith: { first, _ in first })
    var machines = recovered
    for move in try await failedLast(plan.moves) {
      guard let hypervisor = hypervisors[move.cell] else { preconditionFailure("a checked plan moves within declared cells") }
      let policy = policies.policy(uuid: move.uuid, name: move.instance, cell: move.cell)
      let steps: [Step]
      do {
        steps = try hypervisor.steps(for: move, policy: policy)
      } catch {
        throw Refusal.stalePlan(["\(move.instance) cannot be moved by this driver: \(error)"])
      }
      let id = try await keeper.call { try $0.nextOperationID() }
      machines.append(
        OperationMachine(
          id: id, operation: .move(move), steps: RetiredDisks.makingRoom(for: move, retired) + steps, policy: policy,
          memoryBytes: guests[move.uuid]?.memoryMaxBytes ?? 0, author: author, dirtying: guests[move.uuid].flatMap { DirtyModel($0) },
          bytesPerSecond: rates[move.cell], pausedArrival: hypervisor.capabilities.pausedArrival,
          keepsSources: hypervisor.capabilities.keepsSources))
    }
    var execution = ExecutionMachine(operations: machines, limits: limits, copiesPerHostMax: copiesPerHostMax, exact: exact)
    do { try await executor(objection: pass.objection, seen: seen).run(&execution) } catch {
      throw Refusal.stoppedMidway(
        "\(error)", running: execution.running.map(\.operation.words))
    }
    return execution
  }

  /// What failed the last time goes last, so that it takes no slot before what may go well; each still waits for what it is to wait for.
  private func failedLast(_ moves: [Move]) async throws -> [Move] {
    let failed = try await keeper.call { try $0.failedLast() }
    return moves.filter { !failed.contains($0.uuid) } + moves.filter { failed.contains($0.uuid) }
  }

  // MARK: kept disks

  /// Of pools, which destroy what they copied, an older version noted sources as kept: they are nowhere, and take no room.
  func forgetPhantoms() async throws {
    let desired = pass.desired
    try await keeper.call { store in
      let noted = try store.retiredDisks()
      let kept = Set(RetiredDisks.kept(noted, desired))
      for disk in noted where !kept.contains(disk) {
        try store.removeRetiredDisk(disk)
        try store.clearKeptDiskTrouble(disk)
      }
    }
  }

  /// Deletes sources of copied disks whose time is up, where nothing speaks against it; true if any was.
  func deleteExpiredDisks(_ seen: Observation) async throws -> Bool {
    let (now, scope) = (pass.clock.now(), pass.options.scope)
    let (due, troubles, memory) = try await keeper.call { store in
      let troubles = try store.keptDiskTroubles()
      let due = try store.retiredDisks().filter { disk in
        disk.deleteAfter <= now && scope.contains(cell: disk.cell, hosts: [disk.host], instance: disk.instance)
          && !troubles.contains { $0.isAbout(disk) && $0.until > now }
      }
      return (due, troubles, try KeptDiskFacts(store))
    }
    let removals = RetiredDisks.removals(of: due, seen, memory)
    guard !removals.isEmpty else { return false }
    let author = author
    var machines: [OperationMachine] = []
    for (removal, steps) in removals {
      let id = try await keeper.call { try $0.nextOperationID() }
      machines.append(OperationMachine(id: id, .diskRemoval(removal), steps: steps, author: author))
    }
    var execution = ExecutionMachine(operations: machines, limits: limits)
    try await executor(objection: { nil }, report: { _ in }).run(&execution)
    for machine in execution.operations { await tell(machine, triedBefore: troubles) }
    return execution.operations.contains { $0.endState == .succeeded }
  }

  private func tell(_ machine: OperationMachine, triedBefore troubles: [KeptDiskTrouble]) async {
    guard case .diskRemoval(let removal) = machine.operation else { return }
    let count = machine.steps.count
    let disks = "\(count == 1 ? "the kept disk" : "\(count) kept disks") of \(removal.instance) on \(removal.host)"
    if machine.endState == .succeeded { return await pass.report(.note("deleted \(disks), whose time was up")) }
    // Said once, and then by `status`.
    guard !troubles.contains(where: { $0.uuid == removal.uuid && $0.host == removal.host }) else { return }
    await pass.report(.warning("\(disks) could not be deleted and stays for now: \(machine.endDetail)"))
  }
}
