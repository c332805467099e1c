import Fleet
import Reporting

/// Documents that together use every optional field and every enumeration case.
enum SchemaSamples {
  static let hash = PlanSamples.hash

  // MARK: plan

  private static let refusals = ([nil, .facts, .earlierFailure] as [HostRefusal.Origin?]).map {
    HostRefusal(
      cell: "east", instance: "web1", uuid: "00000000-0000-0000-0000-000000000001", host: "hv2", onlineOnly: true,
      text: "the pool refuses with VM_LACKS_FEATURE", origin: $0)
  }

  static let plans: [Plan] = Objective.allCases.map { objective in
    var plan = PlanSamples.full
    plan.objective = objective
    plan.hostChanges = [
      HostChange(host: "hv1", cell: "east", action: .close, text: "maintenance", manifest: "hosts.yaml:3"),
      HostChange(host: "hv2", cell: "east", action: .open, text: "its maintenance has ended"),
    ]
    plan.refusals = refusals
    plan.unmanaged = GuestsInNoManifest(["stray"])
    plan.underWay = MigrationMode.allCases.map {
      MoveUnderWay(
        instance: "a", cell: "east", from: "hv1", to: "hv2", mode: $0, since: PlanSamples.observedAt, by: "reconcile run (pid 7)",
        percent: 43)
    }
    plan.rest = PlanRest(
      scope: PlanScope(cells: ["east"], hosts: ["hv1"], instances: ["a"]),
      companions: [PlanRest.Companion(move: "m2", why: "m1 (a) comes after it")], moves: 8, hostChanges: 1, blocked: 2, notInSync: 1)
    plan.digest = hash
    plan.storageProofs = StorageProofUse(storages: 3, oldest: PlanSamples.observedAt)
    plan.moves = moves
    plan.blocked = Cases.reasons.map {
      BlockedItem(instance: "a", host: "b", rule: "c", cell: "d", reason: $0, text: "t", hint: "h", manifest: "a.yaml:1")
    }
    plan.notInSync = NotInSync(missing: ["a"], unknown: ["b"], ambiguous: ["c"], frozen: ["d"], busy: ["e"], backingOff: ["f"])
    plan.proof.cells = Cases.certificates.enumerated().map { index, kind in
      CellProof(
        cell: "east", status: Cases.proofs[index % Cases.proofs.count], moves: 1, lowerBound: 1, restarts: 0, because: "b",
        makespan: Makespan(seconds: 9, atLeastSeconds: 8),
        certificate: Certificate(kind: kind, data: certificateData(Cases.slotResources[index % Cases.slotResources.count])))
    }
    plan.proof.makespan = Makespan(seconds: 9, atLeastSeconds: 8)
    return plan
  }

  private static func certificateData(_ resource: SlotCount.Resource) -> Certificate.Data {
    Certificate.Data(
      forced: ["a"], evictions: ["hv1": 2], fullHosts: [["hv1", "hv2"]], slots: SlotCount(resource: resource, threshold: 3, moves: 1),
      prices: PriceList(
        scale: 60, vcpuUnit: 1, memoryUnitBytes: 4,
        prices: [PriceList.Price(like: "a", instances: 2, vcpus: 1, memoryBytes: 4, price: 7)]),
      placementsSearched: 5)
  }

  private static let moves: [Move] = {
    let modes = MigrationMode.allCases
    let storages = StorageMode.allCases
    return MoveReason.Kind.allCases.enumerated().map { index, kind in
      Move(
        id: "m\(index + 1)", after: index == 0 ? [] : ["m\(index)"], instance: "a", uuid: PlanSamples.uuid(index), cell: "east",
        from: "hv1",
        to: "hv2", mode: modes[index % modes.count], storage: storages[index % storages.count],
        disks: Cases.diskActions.map {
          DiskMove(target: "vda", action: $0, toPool: "p", fromPool: "q", volume: "v", media: true, bytes: 1)
        },
        hop: index == 1,
        reason: MoveReason(kind: kind, text: "t", manifest: "a.yaml:3"), start: index, end: index + 1, bytes: 1, cost: 1)
    }
  }()

  /// Every field, few elements: mutated in every way.
  static let smallPlan: Plan = {
    var plan = plans[0]
    plan.moves = [plan.moves[1]]
    plan.blocked = [plan.blocked[0]]
    plan.proof.cells = [plan.proof.cells[0]]
    return plan
  }()

  /// No optional field.
  static let barePlan = Plan(
    fleet: "f", revision: "r", fingerprints: [:], observedAt: PlanSamples.observedAt, objective: .moves,
    proof: PlanProof(
      status: .minimal, moves: 0, lowerBound: 0, restarts: 0, because: "",
      cells: [
        CellProof(
          cell: "c", status: .minimal, moves: 0, lowerBound: 0, restarts: 0, because: "", certificate: Certificate(kind: .empty))
      ]),
    moves: [
      Move(
        id: "m1", instance: "a", uuid: PlanSamples.uuid(1), cell: "c", from: "x", to: "y", mode: .live, storage: .shared,
        disks: [DiskMove(target: "vda", action: .share, bytes: 0)], reason: MoveReason(kind: .rule, text: ""), bytes: 0, cost: 0)
    ], blocked: [BlockedItem(reason: .rule, text: "", hint: "")], notInSync: NotInSync(), inSync: 0)

  // MARK: snapshot

  private static let mark = WriterMark(
    fleet: "demo", writer: "w1", epoch: 3, run: "9c1f", machine: "ctl1 (boot 1a2b3c4d)", intent: "w1-7/0/1", expires: PlanSamples.observedAt
  )

  static let snapshot = Observation(
    at: PlanSamples.observedAt,
    cells: [
      CellObservation(
        name: "east",
        hosts: Cases.admissions.enumerated().map { index, admission in
          var host = HostObservation(
            name: "hv1", reachable: false, unreachableReason: "timed out", isOutsidePool: true, isUndeclared: true, admission: admission,
            unmeasured: "u", memoryBytes: 1,
            cpus: 2,
            cpuModel: "EPYC",
            offeredCPUModels: ["kvm64"],
            storages: [StorageObservation(id: "nfs", identity: "nfs://a", shared: true, source: "u", needsNaming: true, freeBytes: 1)],
            networks: ["br0"], machineUUID: "0f8e-1")
          host.refusals = [PlanSamples.uuid(1): refusals[index % refusals.count]]
          return host
        },
        instances: Cases.powers.map {
          InstanceObservation(
            uuid: PlanSamples.uuid(1), name: "web-1", host: "hv1", power: $0, memoryMaxBytes: 1, hotplugMemoryBytes: 2, vcpus: 1,
            cpuModel: "EPYC",
            networks: ["br0"],
            disks: Cases.diskKinds.map {
              DiskObservation(
                target: "vda", kind: $0, storage: "nfs", volume: "v", virtualBytes: 1, allocatedBytes: 1, missing: "m",
                neverCopied: true)
            },
            needs: [HostNeed("n", storage: "nfs", backs: "vda", atNextStart: true)],
            blockers: BlockerCode.allCases, unreadable: "its definition cannot be read", busy: true, mark: mark, dirtyBytesPerSecond: 1,
            workingSetBytes: 1)
        },
        leftovers: Leftover.Kind.allCases.map {
          Leftover(host: "hv1", kind: $0, name: "n", storage: "nfs", uuid: PlanSamples.uuid(1), text: "t")
        }, defaultStorage: DefaultStorage(id: "ssd", shared: false), notes: ["n"])
    ])

  static let smallSnapshot: Observation = {
    var small = snapshot
    small.cells[0].hosts = [small.cells[0].hosts[0]]
    small.cells[0].instances = [small.cells[0].instances[0]]
    small.cells[0].instances[0].disks = [small.cells[0].instances[0].disks[0]]
    small.cells[0].instances[0].blockers = [.snapshot]
    small.cells[0].leftovers = [small.cells[0].leftovers[0]]
    return small
  }()

  static let bareSnapshot = Observation(
    at: PlanSamples.observedAt,
    cells: [
      CellObservation(
        name: "c", hosts: [HostObservation(name: "h", storages: [StorageObservation(id: "s", shared: nil, freeBytes: 0)])],
        instances: [
          InstanceObservation(
            uuid: PlanSamples.uuid(1), name: "a", host: nil, power: .off, memoryMaxBytes: 0, vcpus: 0,
            disks: [DiskObservation(target: "hdc", storage: nil, virtualBytes: 0, allocatedBytes: 0)])
        ])
    ])

  // MARK: status

  static let statuses: [StatusReport] = ExitCode.allCases.enumerated().map { index, code in
    var status = StatusSamples.full
    status.blocked = plans[0].blocked
    status.unmanaged = plans[0].unmanaged
    status.cells[0].hosts += [
      StatusHost(
        name: "off", reachable: false, maintenance: StatusSamples.maintenance(nil), guests: 0, emptySince: PlanSamples.observedAt,
        decommissioned: true)
    ]
    status.notInSync = plans[0].notInSync
    status.leftovers += StatusLeftover.What.allCases.map {
      StatusLeftover(host: "hv1", what: $0, text: "t", name: "n", storage: "p", uuid: PlanSamples.uuid(1), ours: false)
    }
    status.lastPass?.exitCode = Int(code.rawValue)
    status.lastPass?.proof = Cases.proofs[index % Cases.proofs.count]
    status.openMoves = Cases.steps.enumerated().compactMap { position, action in
      let step = Step(action, instance: "a", uuid: PlanSamples.uuid(1), cell: "east", source: "hv1", destination: "hv2")
      let record = StatusSamples.record(step, Cases.stepStates[position % Cases.stepStates.count])
      var move = StatusMove(
        StatusSamples.journal("w1-1", moves[position % moves.count], Cases.moveStates[position % Cases.moveStates.count], steps: [record]))
      move?.by = "reconcile run (pid 7)"
      move?.percent = 43
      return move
    }
    return status
  }

  static let smallStatus: StatusReport = {
    var small = statuses[0]
    small.cells = [StatusSamples.east]
    small.cells[0].hosts = [small.cells[0].hosts[2], small.cells[0].hosts[3], small.cells[0].hosts[5]]
    small.openMoves = [small.openMoves[0]]
    small.blocked = [small.blocked[0]]
    small.backOff = [small.backOff[0]]
    small.leftovers = [small.leftovers[3]]
    return small
  }()

  static let bareStatus = StatusReport(
    at: PlanSamples.observedAt, fleet: "f", revision: "r",
    lastPass: PassRecord(fleet: "f", revision: "r", startedAt: PlanSamples.observedAt, dryRun: true),
    cells: [
      StatusCell(
        name: "c", observedAt: nil, hosts: [StatusHost(name: "h", reachable: true, maintenance: StatusSamples.maintenance(nil), guests: 0)])
    ], inSync: 0, drift: 0, openMoves: [StatusMove(StatusSamples.journal("w1-1", PlanSamples.moves[0], .queued))].compactMap { $0 },
    watch: StatusWatch(running: false))
}
