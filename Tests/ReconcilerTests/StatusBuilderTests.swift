import Fleet
import Planning
import Reconciler
import Reporting
import SimulatedHypervisor
import StateStore
import Testing

/// What `status` makes of what earlier passes stored; no host is asked.
@Suite struct StatusBuilderTests {
  private static let web: InstanceUUID = "00000000-0000-0000-0000-000000000002"

  /// Once what was deleted last is on disk.
  private func status(_ lab: Lab) async throws -> StatusReport {
    let now = lab.clock.now().adding(milliseconds: Emptiness.unlinkMilliseconds)
    return try await StatusBuilder(manifests: lab.manifests, now: now).build(lab.keeper)
  }

  private func host(_ name: HostName, _ report: StatusReport) throws -> StatusHost {
    try #require(report.cells.first?.hosts.first { $0.name == name })
  }

  /// As the journal has it of a move of `web` between the two hosts.
  private func record(_ state: OperationRecord.State, from: HostName, to: HostName, at: Timestamp) -> JournalRecord {
    let move = Move(
      id: "m1", instance: "web", uuid: Self.web, cell: "east", from: from, to: to, mode: .live, storage: .shared, disks: [],
      reason: MoveReason(kind: .maintenance, text: "host hv1 is in maintenance"), bytes: 0, cost: 0)
    return .operation(
      OperationRecord(
        id: "w-900", operation: .move(move), steps: [], state: state, writer: "w", epoch: 1, at: at, detail: "as a test wants it"))
  }

  @Test func aHostThatNoLongerAnswersKeepsItsGuestsAndIsNotEmpty() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    lab.worlds.meddle {
      $0.cells[0].hosts[0].reachable = false
      $0.cells[0].hosts[0].unreachableReason = "no route"
    }
    _ = try await lab.converge()
    let report = try await status(lab)
    let silent = try host("hv1", report)
    #expect(!silent.reachable && !silent.drained && silent.guests == 1)
    #expect(silent.unreachableReason == "no route")
    #expect(silent.remaining.map(\.instance) == ["stuck"])
    #expect(report.notInSync.unknown == ["stuck"])
    #expect(report.text(style: .plain).contains("nobody can say whether it is empty"))
  }

  /// hv1 is in maintenance: what did not come off stands until it is so, by whomever.
  @Test(arguments: [
    (OperationRecord.State.failed, HostObservation.Admission.open, true), (.failed, .closed, false), (.failed, .closedByUs, false),
    (.running, .open, true), (.succeeded, .open, false),
  ])
  func aHostThatCouldNotBeClosedIsBlockedUntilItIs(
    state: OperationRecord.State, admission: HostObservation.Admission, isBlocked: Bool
  ) async throws {
    let lab = try Lab()
    lab.worlds.meddle { $0.cells[0].hosts[0].admission = admission }
    _ = try await lab.converge()
    let change = HostChange(host: "hv1", cell: "east", action: .close, text: "maintenance: fan")
    let record = JournalRecord.operation(
      OperationRecord(
        id: "w-901", operation: .hostChange(change), steps: [], state: state, writer: "w", epoch: 1, at: lab.clock.now(), detail: "refused")
    )
    try await lab.keeper.call { try $0.append([record]) }
    let blocked = try await status(lab).blocked.filter { $0.reason == .hostNotChanged }
    #expect(blocked.map(\.host) == (isBlocked ? ["hv1"] : []), "\(blocked)")
    if isBlocked { #expect(blocked[0].text.hasSuffix(state == .failed ? "refused" : "the next run settles it"), "\(blocked)") }
  }

  @Test(arguments: [OperationRecord.State.running, .succeeded])
  func aHostIsNotEmptyWhileAMoveFromItIsUnsettled(state: OperationRecord.State) async throws {
    var lab = try Lab()
    lab.desired.instances[0].allowedModes.cold = true
    _ = try await lab.converge()
    let now = lab.clock.now()
    let record = record(state, from: "hv1", to: "hv2", at: now)
    try await lab.keeper.call { try $0.append([record]) }
    let report = try await status(lab)
    let drained = try host("hv1", report)
    #expect(drained.guests == 0)
    #expect(drained.drained == state.isFinal)
    #expect(report.openMoves.map(\.instance) == (state.isFinal ? [] : ["web"]))
    #expect(report.text(style: .plain).contains("EMPTY (0 guests)") == state.isFinal)
  }

  @Test(arguments: [true, false])
  func aDefinitionLeftBehindIsOursOnlyIfTheJournalSaysSo(ours: Bool) async throws {
    let lab = try Lab()
    lab.worlds.meddle { world in
      world.cells[0].instances[1].host = "hv2"
      var left = world.cells[0].instances[1]
      left.host = "hv1"
      left.power = .off
      world.cells[0].instances.append(left)
    }
    _ = try await lab.converge()
    if ours {
      let record = record(.succeeded, from: "hv1", to: "hv2", at: lab.clock.now())
      try await lab.keeper.call { try $0.append([record]) }
    }
    let report = try await status(lab)
    #expect(report.leftovers.map(\.host) == ["hv1"])
    #expect(report.leftovers.first?.text == "a definition of web, which lives on hv2, is off on hv1")
    #expect(report.leftovers.map(\.ours) == [ours])
  }

  /// Refused because of the very definition that somebody else had made there.
  @Test func aDefinitionThatARefusedMoveFoundIsNotOurs() async throws {
    let lab = try Lab()
    lab.worlds.meddle { world in
      var stale = world.cells[0].instances[1]
      (stale.host, stale.power) = ("hv2", .off)
      world.cells[0].instances.append(stale)
    }
    let now = lab.clock.now()
    let refused = record(.failed, from: "hv1", to: "hv2", at: now)
    try await lab.keeper.call { try $0.append([refused]) }
    _ = try await lab.pass.preview(lab.keeper, snapshot: nil)
    let report = try await status(lab)
    #expect(report.leftovers.map(\.host) == ["hv2"] && report.leftovers.map(\.ours) == [false], "\(report.leftovers)")
  }

  private func leftover(_ kind: Leftover.Kind, _ name: String, uuid: InstanceUUID? = nil, storage: StorageID? = nil) -> Leftover {
    Leftover(host: "hv2", kind: kind, name: name, storage: storage, uuid: uuid, text: "\(name) is left")
  }

  /// Stores a look at the cell with these leftovers on hv2.
  private func record(_ leftovers: [Leftover], _ lab: Lab) async throws {
    var seen = try await lab.pass.look(lab.keeper)
    seen.cells[0].leftovers = leftovers
    let (observation, fingerprints) = (seen, ["east": Fingerprint.of(seen.cells[0])] as [CellName: String])
    try await lab.keeper.call { try $0.record(observation, fingerprints: fingerprints) }
  }

  @Test func whatDriversFindIsListedAndOursIfTheJournalNamesTheGuestThere() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    try await record(
      [
        leftover(.definition, "old"), leftover(.volume, "reconcile-token-1", storage: "nfs"),
        leftover(.nvram, "web_VARS.fd", uuid: Self.web),
        leftover(.tpm, "x", uuid: "00000000-0000-0000-0000-0000000000ff"), leftover(.domainHalf, "half"),
      ], lab)
    let report = try await status(lab)
    #expect(report.leftovers.map(\.what) == [.definition, .volume, .nvram, .tpm, .domainHalf])
    #expect(report.leftovers.map(\.ours) == [false, false, true, false, false], "web came to hv2 by a move of ours")
    #expect(report.text(style: .plain).contains("hv2: volume, reconcile-token-1 is left (not ours: not touched)"))
    #expect(try JSONText.decode(StatusReport.self, from: report.json) == report)
  }

  /// What is listed as a kept disk is not listed twice.
  @Test(arguments: [nil, "web.qcow2"]) func aKeptDiskIsNoLeftover(volume: String?) async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    let now = lab.clock.now()
    let disk = RetiredDisk(
      move: "w-1", instance: "web", uuid: Self.web, cell: "east", host: "hv2", pool: "nfs", target: "vda", volume: volume, bytes: 1,
      retiredAt: now, deleteAfter: now.adding(milliseconds: 60_000))
    try await lab.keeper.call { try $0.addRetiredDisk(disk) }
    try await record(
      [leftover(.volume, "web.qcow2", uuid: Self.web, storage: "nfs"), leftover(.volume, "db.qcow2", storage: "nfs")], lab)
    #expect(try await status(lab).leftovers.map(\.name) == ["db.qcow2"])
  }

  private static let copy = DiskMove(target: "vda", action: .copy, toPool: "nfs", fromPool: "nfs", volume: "web.qcow2", bytes: 5)

  /// A cold move of web from hv1 to hv2 that ended in question after its disk was copied.
  private func leaveACopy(_ lab: Lab, _ copy: DiskMove = Self.copy) async throws {
    let now = lab.clock.now()
    let move = Move(
      id: "m1", instance: "web", uuid: Self.web, cell: "east", from: "hv1", to: "hv2", mode: .cold, storage: .local, disks: [copy],
      reason: MoveReason(kind: .maintenance, text: ""), bytes: 5, cost: 0)
    let here = HostEndpoint(name: "hv1", uri: "")
    let step = StepRecord(
      intent: "w-900/0/1", operation: "w-900", stepIndex: 0,
      step: Step(.copyDisk(copy), instance: "web", uuid: Self.web, cell: "east", source: "hv1", destination: "hv2"), source: here,
      destination: here, writer: "w", epoch: 1, state: .done, at: now)
    let item = BlockedItem(instance: "web", host: "hv2", cell: "east", reason: .crashedDuringMigration, text: "web: look", hint: "look")
    try await lab.keeper.call { store in
      try store.append([
        .operation(OperationRecord(id: "w-900", operation: .move(move), steps: [], state: .running, writer: "w", epoch: 1, at: now)),
        .step(step),
        .operation(OperationRecord(id: "w-900", operation: .move(move), steps: [], state: .needsHuman, writer: "w", epoch: 1, at: now)),
      ])
      try store.setNeedsHuman(Self.web, item)
    }
  }

  @Test func theCopyOfAMoveInQuestionIsListedAsOurs() async throws {
    let lab = try Lab()
    _ = try await lab.pass.preview(lab.keeper, snapshot: nil)
    try await leaveACopy(lab)
    let report = try await status(lab)
    #expect(report.leftovers.map(\.what) == [.disk] && report.leftovers.map(\.ours) == [true])
    #expect(report.leftovers.first?.text == "a copy of disk vda of web in pool nfs, made by move w-900, which needs a human")
  }

  /// Once a person settled it, the half that is not in use is kept or deleted like any source of a copied disk.
  @Test(arguments: ["hv1", "hv2"]) func theUnusedHalfIsDeletedOnceTheMoveIsSettled(home: HostName) async throws {
    var lab = try Lab()
    lab.desired.hosts[0].maintenance = nil
    lab.worlds.meddle { $0.cells[0].instances[1].host = home }
    // In a pool of its own: what lies in the guest's own storage is never deleted.
    try await leaveACopy(
      lab, DiskMove(target: "vda", action: .copy, toPool: "scratch", fromPool: "scratch", volume: "web.qcow2", bytes: 5))
    _ = try await lab.converge()
    let kept = try await lab.keeper.call { try $0.retiredDisks() }
    if home == "hv1" {
      #expect(kept.isEmpty, "nothing ever used it: it was deleted in the same run")
      #expect(try await lab.keeper.call { try $0.operations(limit: 10) }.contains { $0.steps.map(\.step.name) == ["removeDisk"] })
    } else {
      #expect(kept.map(\.host) == ["hv1"] && kept.map(\.volume) == ["web.qcow2"])
      #expect(kept.first?.deleteAfter == Lab.now.adding(milliseconds: MigrationPolicy().sourceRetentionMilliseconds))
    }
    #expect(try await lab.keeper.call { try $0.needsHuman() }.isEmpty)
  }

  @Test(arguments: [false, true])
  func withInvalidManifestsTheLastPlanAndItsCellsAreShown(carriedOut: Bool) async throws {
    let lab = try Lab()
    let plan = try await lab.pass.preview(lab.keeper, snapshot: nil).plan
    try await lab.keeper.call { store in
      let pass = PassRecord(fleet: "lab", revision: "r1", startedAt: Lab.now, dryRun: false)
      try store.savePlan(plan, pass: try store.begin(pass))
    }
    if carriedOut { _ = try await lab.converge() }
    let valid = try await status(lab)
    let report = try await StatusBuilder(manifests: nil, invalid: "1 error", now: lab.clock.now()).build(lab.keeper)
    #expect(report.fleet == "lab" && report.revision == "r1")
    #expect(report.cells.map(\.name) == ["east"])
    #expect(report.cells.first?.hosts.map(\.guests) == (carriedOut ? [1, 1] : [2, 0]))
    #expect(report.cells.first?.hosts.contains(where: \.drained) == false, "nobody knows whether its flag still stands")
    #expect(report.blocked == valid.blocked && report.blocked.map(\.instance) == ["stuck"])
    #expect(report.inSync == valid.inSync && report.drift == valid.drift && report.drift == (carriedOut ? 0 : 1))
    #expect(report.warnings.contains { $0.hasSuffix("maintenance flags are not known, so no host counts as empty") })
  }

  @Test func aFailureUnderAnotherRevisionNoLongerBacksOff() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    let now = lab.clock.now()
    _ = try await lab.keeper.call { try $0.recordFailure(Self.web, revision: "r0", now: now) }
    let report = try await status(lab)
    #expect(report.backOff.isEmpty && report.notInSync.backingOff.isEmpty)
  }

  @Test func whatIsRememberedOfInstancesAndDisksIsShown() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    let now = lab.clock.now()
    let disk = RetiredDisk(
      move: "w-1", instance: "web", uuid: Self.web, cell: "east", host: "hv1", pool: "nfs", target: "vda", bytes: 1 << 30, retiredAt: now,
      deleteAfter: now.adding(milliseconds: 60_000))
    let until = try await lab.keeper.call { store in
      try store.addRetiredDisk(disk)
      return try store.recordFailure(Self.web, revision: "r1", now: now).until
    }
    let report = try await StatusBuilder(manifests: lab.manifests, now: lab.clock.now()).build(lab.keeper)
    #expect(report.retiredDisks == [disk])
    #expect(report.backOff == [StatusBackOff(instance: "web", uuid: Self.web, until: until)])
    #expect(report.notInSync.isEmpty && report.inSync == 1, "it is where it belongs, so nothing of it is in question")
  }

  /// Its hypervisor shows a running guest and does not say where.
  @Test(arguments: [true, false]) func noHostIsEmptyWhileAGuestMayBeOnIt(isUnderstood: Bool) async throws {
    let lab = try Lab()
    lab.worlds.meddle { $0.cells[0].instances = [] }
    var seen = try await lab.pass.look(nil)
    var stray = InstanceObservation(uuid: Self.web, name: "web", host: nil, power: .running, memoryMaxBytes: 1 << 30, vcpus: 1)
    stray.busy = !isUnderstood
    seen.cells[0].instances = [stray]
    let (observed, fingerprints) = (seen, ["east": Fingerprint.of(seen.cells[0])] as [CellName: String])
    try await lab.keeper.call { try $0.record(observed, fingerprints: fingerprints) }
    let host = try #require(try await status(lab).cells.first?.hosts.first { $0.name == "hv1" })
    #expect(host.guests == 0 && host.maintenance != nil)
    #expect(host.drained == isUnderstood)
  }
}
