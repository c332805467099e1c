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

  private var author: JournalAuthor {
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

  private var limits: [CellName: MigrationLimits] {
    Dictionary(pass.desired.cells.map { ($0.name, $0.limits) }, uniquingKeysWith: { first, _ in first })
  }

  private var copiesPerHostMax: [CellName: Int] { hypervisors.compactMapValues(\.capabilities.copiesPerHostMax) }

  private func executor(
    objection: @escaping @Sendable () async -> StopReason?, report: (@Sendable (PassEvent) async -> Void)? = nil
  ) -> PlanExecutor {
    PlanExecutor(
      hypervisors: hypervisors, clock: pass.clock, stop: pass.stop,
      journal: { records in
        try pass.journalHook(.before)
        try await keeper.call { try $0.append(records) }
        try pass.journalHook(.after)
      },
      remember: { memory in try await remember(memory) }, objection: objection, report: report ?? pass.report, callsAtOnce: pass.callsAtOnce
    )
  }

  private func remember(_ memory: ExecutionMemory) async throws {
    let revision = pass.manifests.revision
    let now = pass.clock.now()
    try await keeper.call { store in
      switch memory {
      case .failed(let uuid): _ = try store.recordFailure(uuid, revision: revision, now: now)
      case .succeeded(let uuid): try store.clearBackOff(uuid)
      case .retired(let disks): for disk in disks { try store.addRetiredDisk(disk) }
      case .removedRetired(let uuid, let host, let pool, let target):
        for disk in try store.retiredDisks() where disk.uuid == uuid && disk.host == host && disk.pool == pool && disk.target == target {
          try store.removeRetiredDisk(disk)
        }
      case .displaced(let uuid, let host): try store.setDisplaced(uuid, from: host)
      case .returned(let uuid): try store.clearDisplaced(uuid)
      case .needsHuman(let uuid, let item): try store.setNeedsHuman(uuid, item)
      }
    }
  }

  // MARK: recovery

  /// Takes up every move an earlier process left open and watches it to its end before anything new is planned.
  func recover() async throws -> [MoveMachine] {
    try await dismissSettledByHand()
    let open = try await keeper.call { try $0.openMoves() }
    guard !open.isEmpty else { return [] }
    var machines: [MoveMachine] = []
    var effects: [ExecutionEffect] = []
    let policies = PolicyIndex(pass.desired)
    for journal in open where !journal.move.state.isFinal {
      let move = journal.move.move
      let (machine, first) = MoveMachine.recovering(
        journal, policy: policies.policy(uuid: move.uuid, name: move.instance, cell: move.cell), memoryBytes: Self.memoryBytes(move),
        author: author, now: pass.clock.now())
      machines.append(machine)
      effects += first
    }
    await pass.report(.note("\(machines.count) \(machines.count == 1 ? "move" : "moves") of an earlier run to settle first"))
    var execution = ExecutionMachine(moves: machines, limits: limits, copiesPerHostMax: copiesPerHostMax)
    try await executor(objection: { nil }).run(&execution, first: effects)
    return execution.moves
  }

  /// Takes off marks of ours that no open move explains: their move ended, but we died, or the host was silent, before they were.
  func releaseStaleMarks(_ seen: Observation) async throws {
    let open = Set(try await keeper.call { try $0.openMoves() }.map(\.move.move.uuid))
    for cell in seen.cells {
      guard let hypervisor = hypervisors[cell.name] else { continue }
      var hosts: [InstanceUUID: [HostName]] = [:]
      for instance in cell.instances where instance.mark?.writer == writer.writer && !open.contains(instance.uuid) {
        if let host = instance.host { hosts[instance.uuid, default: []].append(host) }
      }
      for (uuid, hosts) in hosts.sorted(by: { $0.key < $1.key }) {
        await hypervisor.release(uuid, on: hosts, deadline: PlanExecutor.callDeadline)
      }
    }
  }

  /// An instance that a person was asked to look at is ours again once exactly one host shows it, sound.
  private func dismissSettledByHand() async throws {
    let asked = try await keeper.call { try $0.needsHuman() }
    for (uuid, item) in asked {
      guard let cell = item.cell, let hypervisor = hypervisors[cell] else { continue }
      let hosts = pass.desired.hosts.filter { $0.cell == cell }.map(\.name)
      let seen = await hypervisor.presence(of: uuid, on: hosts, deadline: PlanExecutor.callDeadline)
      let copies = seen.filter { $0.value != .absent }
      if copies.count == 1, let (home, presence) = copies.first, presence == .running || presence == .paused(.user) {
        try await takeBack(uuid, item, home: home)
        await pass.report(.note("\(item.instance?.rawValue ?? uuid.rawValue) is sound again on one host: taken back into care"))
      }
    }
  }

  /// What the move that was settled by hand copied, or copied from, is deleted like any kept disk.
  private func takeBack(_ uuid: InstanceUUID, _ item: BlockedItem, home: HostName) async throws {
    let now = pass.clock.now()
    let policies = PolicyIndex(pass.desired)
    try await keeper.call { store in
      let moves = try item.instance.map { try store.moves(limit: LeftoverFinder.movesSearchedMax, instance: $0) } ?? []
      // An older one was settled then; what it left may be in use again.
      if let last = moves.first(where: { $0.move.move.uuid == uuid }), last.move.state == .needsHuman {
        let move = last.move.move
        let policy = policies.policy(uuid: uuid, name: move.instance, cell: move.cell)
        for disk in CopiedDisks.unused(after: last, home: home, policy: policy, now: now) { try store.addRetiredDisk(disk) }
      }
      try store.clearNeedsHuman(uuid)
    }
  }

  /// What a journalled move had to carry beside its copied disks.
  private static func memoryBytes(_ move: Move) -> Int {
    max(0, move.bytes - move.disks.filter { $0.action == .copy }.reduce(0) { $0 + $1.bytes })
  }

  // MARK: hosts

  /// Closes and opens hosts, each as a journalled step; what comes back has ended, one way or the other.
  func change(_ changes: [HostChange]) async throws -> [MoveMachine] {
    guard !changes.isEmpty else { return [] }
    let author = author
    var machines: [MoveMachine] = []
    for change in changes {
      let (move, step) = HostChangeMoves.move(change)
      let id = try await keeper.call { try $0.nextMoveID() }
      machines.append(MoveMachine(id: id, move: move, steps: [step], policy: MigrationPolicy(), memoryBytes: 0, author: author))
    }
    // One at a time: the pool carries our mark meanwhile, and it is one mark.
    let one = limits.mapValues { _ in MigrationLimits(total: 1, perHost: 1, perHostIncoming: 1, perHostOutgoing: 1) }
    var execution = ExecutionMachine(moves: machines, limits: one)
    try await executor(objection: { nil }, report: { _ in }).run(&execution)
    for machine in execution.moves {
      let verb = machine.steps.first?.name == "closeHost" ? "closed to new guests" : "open again"
      if machine.endState == .succeeded {
        await pass.report(.note("\(machine.move.from): \(verb) (\(machine.move.reason.text))"))
      } else {
        await pass.report(
          .warning("\(machine.move.from) is not \(verb), so nothing is moved in cell \(machine.move.cell): \(machine.endDetail)"))
      }
    }
    return execution.moves
  }

  // MARK: the plan

  func carryOut(_ plan: Plan, _ seen: Observation, exact: Bool) async throws -> ExecutionMachine {
    let policies = PolicyIndex(pass.desired)
    let retired = try await keeper.call { try $0.retiredDisks() }
    let author = author
    let guests = Dictionary(seen.cells.flatMap { $0.instances.map { ($0.uuid, $0) } }, uniquingKeysWith: { first, _ in first })
    let rates = Dictionary(pass.desired.cells.map { ($0.name, $0.networkBytesPerSecond) }, uniquingKeysWith: { first, _ in first })
    var machines: [MoveMachine] = []
    for move in plan.moves {
      guard let hypervisor = hypervisors[move.cell] else { preconditionFailure("a checked plan moves within declared cells") }
      let policy = policies.policy(uuid: move.uuid, name: move.instance, cell: move.cell)
      let steps: [Step]
      do {
        steps = try hypervisor.steps(for: move, policy: policy)
      } catch {
        throw Refusal.stalePlan(["\(move.instance) cannot be moved by this driver: \(error)"])
      }
      let id = try await keeper.call { try $0.nextMoveID() }
      machines.append(
        MoveMachine(
          id: id, move: move, steps: RetiredDisks.makingRoom(for: move, retired) + steps, policy: policy,
          memoryBytes: guests[move.uuid]?.memoryMaxBytes ?? 0, author: author, dirtying: guests[move.uuid].flatMap { DirtyModel($0) },
          bytesPerSecond: rates[move.cell]))
    }
    var execution = ExecutionMachine(moves: machines, limits: limits, copiesPerHostMax: copiesPerHostMax, exact: exact)
    try await executor(objection: pass.objection).run(&execution)
    return execution
  }

  // MARK: retired disks

  /// Deletes sources of copied disks whose time is up, where the destination was seen complete again; true if any was.
  func deleteExpiredDisks(_ seen: Observation) async throws -> Bool {
    let now = pass.clock.now()
    let due = try await keeper.call { try $0.retiredDisks() }.filter { $0.deleteAfter <= now }
    let moves = RetiredDisks.deletions(of: due, seen)
    guard !moves.isEmpty else { return false }
    let author = author
    var machines: [MoveMachine] = []
    for (move, steps) in moves {
      let id = try await keeper.call { try $0.nextMoveID() }
      machines.append(MoveMachine(id: id, move: move, steps: steps, policy: MigrationPolicy(), memoryBytes: 0, author: author))
    }
    var execution = ExecutionMachine(moves: machines, limits: limits)
    try await executor(objection: { nil }).run(&execution)
    return true
  }
}
