import Execution
import Fleet
import Planning
import Reconciler
import Reporting
import SimulatedHypervisor
import StateStore
import Testing

/// A fleet whose hosts do not say which storages are one: proved in runs, remembered for looks.
@Suite struct StorageProofTests {
  /// As `Lab`, but both hosts' `nfs` hides that it is one storage.
  private func lab(real: [String] = ["filer:/vm", "filer:/vm"]) throws -> Lab {
    let lab = try Lab()
    lab.worlds.meddle { world in
      for index in world.cells[0].hosts.indices {
        world.cells[0].hosts[index].storages = [
          StorageObservation(id: "nfs", shared: nil, source: "u-1 dir /vm", freeBytes: 100 << 30)
        ]
        world.cells[0].hosts[index].realIdentities = ["nfs": real[index]]
      }
    }
    return lab
  }

  private func prove(_ lab: Lab) async throws {
    let plan = try await lab.converge().plan
    #expect(plan.storageProofs == nil, "a run makes its own proofs")
  }

  @Test func aDryRunMakesNoTokenAndSaysWhatIsNotProved() async throws {
    let lab = try lab()
    let result = try await lab.pass.preview(lab.keeper, snapshot: nil)
    #expect(lab.worlds.updates == 0)
    #expect(result.plan.moves.isEmpty && result.plan.storageProofs == nil)
    #expect(result.plan.warnings.contains { $0.contains("nfs on hv1") && $0.contains("'reconcile probe' proves it") })
    #expect(result.plan.blocked.contains { $0.instance == "web" && $0.hint.contains("reconcile probe") })
    #expect(try await lab.keeper.call { try $0.storageProofs() }.isEmpty)
    _ = try await lab.pass.view(lab.keeper, snapshot: nil)
    _ = try await StatusBuilder(manifests: lab.manifests, now: lab.clock.now()).build(lab.keeper)
    #expect(lab.worlds.updates == 0)
  }

  @Test func aRunProvesAndMovesAndLaterLooksUseIt() async throws {
    let lab = try lab()
    let result = try await lab.converge()
    #expect(result.moves.map(\.endState) == [.succeeded])
    #expect(result.moves.map(\.operation.move?.storage) == [.shared])
    #expect(lab.worlds.peek().violations == [])
    lab.clock.pass(2 * 3_600_000)
    let updates = lab.worlds.updates
    let plan = try await lab.pass.preview(lab.keeper, snapshot: nil).plan
    #expect(lab.worlds.updates == updates)
    #expect(plan.warnings == [])
    let use = try #require(plan.storageProofs)
    #expect(use.storages == 2)
    let text = PlanReport.text(plan, style: .plain, context: PlanContext(now: lab.clock.now()))
    #expect(text.contains("Storage proofs: 2 pools, the oldest made 2 h ago; 'reconcile probe' renews them."))
    let status = try await StatusBuilder(manifests: lab.manifests, now: lab.clock.now()).build(lab.keeper)
    #expect(status.storageProofs == use)
    #expect(status.text(style: .plain).contains("Storage proofs: 2 pools, the oldest made 2 h ago"))
  }

  @Test func aProofOfAnotherMountIsNotUsed() async throws {
    let lab = try lab()
    try await prove(lab)
    lab.worlds.meddle { $0.cells[0].hosts[1].storages[0].source = "u-1 dir /vm2" }
    let seen = try await lab.pass.look(lab.keeper)
    #expect(seen.cells[0].hosts.map { $0.storages[0].shared } == [true, nil])
  }

  @Test func proofsOutOfDateAreNotUsed() async throws {
    let lab = try lab()
    try await prove(lab)
    let age = try await lab.keeper.call { try $0.storageProofs() }.map { lab.clock.now().milliseconds(since: $0.provedAt) }
    lab.clock.pass(StorageProofs.lifetimeMilliseconds - (age.max() ?? 0))
    #expect(try await lab.pass.look(lab.keeper).cells[0].hosts.map { $0.storages[0].shared } == [true, true])
    lab.clock.pass(1)
    #expect(try await lab.pass.look(lab.keeper).cells[0].hosts.map { $0.storages[0].shared } == [nil, nil])
  }

  /// Tokens have new names each time, yet a saved plan fits as long as the same storages are one.
  @Test func aSavedPlanFitsAfterNewTokens() async throws {
    let lab = try lab()
    try await prove(lab)
    lab.worlds.meddle { world in
      let web = world.cells[0].instances.firstIndex { $0.name == "web" }!
      world.cells[0].instances[web].host = "hv1"
    }
    lab.clock.pass(3_600_000)
    let saved = try await lab.pass.preview(lab.keeper, snapshot: nil).plan
    #expect(saved.moves.map(\.instance) == ["web"])
    let before = try await lab.keeper.call { try $0.storageProofs() }
    let now = lab.clock.now()
    let epoch = try await lab.keeper.call { try $0.takeLease(now: now, lifetimeMilliseconds: 60_000) }
    let result = try await lab.pass.converge(lab.keeper, epoch: epoch, savedPlan: saved)
    #expect(result.moves.map(\.endState) == [.succeeded])
    let after = try await lab.keeper.call { try $0.storageProofs() }
    #expect(before.map(\.identity) != after.map(\.identity), "the tokens were new")
  }

  @Test func runsInARowMakeNoNewTokens() async throws {
    let lab = try lab()
    try await prove(lab)
    let first = try await lab.keeper.call { try $0.storageProofs() }
    lab.clock.pass(60_000)
    _ = try await lab.converge()
    #expect(try await lab.keeper.call { try $0.storageProofs() } == first)
    lab.clock.pass(3_600_000)
    _ = try await lab.converge()
    #expect(try await lab.keeper.call { try $0.storageProofs() } != first)
  }

  /// What the driver could not prove this time is unknown, whatever was proved before.
  @Test func aRunNeverFallsBackOnOlderProofs() async throws {
    let lab = try lab()
    try await prove(lab)
    lab.clock.pass(3_600_000)
    lab.worlds.meddle { $0.cells[0].hosts[1].realIdentities = nil }
    let result = try await lab.converge()
    #expect(result.observation.cells[0].hosts.allSatisfy { $0.storages[0].shared != true })
  }

  /// A host that is off for its maintenance is no reason to forget what the others showed of each other; the probe that the hint asks for
  /// was what made them forget it.
  @Test(arguments: [[HostName]([]), ["hv3"]]) func aHostThatIsOffLeavesTheProofsOfTheOthers(silent: [HostName]) async throws {
    var lab = try lab(real: ["hv1-ssd", "hv2-ssd"])
    lab.desired.instances[1].allowedModes = AllowedModes(live: true, block: true, cold: false)
    lab.desired.hosts.append(DesiredHost(name: "hv3", cell: lab.desired.cells[0].name, location: lab.desired.hosts[0].location))
    lab.worlds.meddle { world in
      var third = world.cells[0].hosts[1]
      third.name = "hv3"
      third.reachable = silent.isEmpty
      third.realIdentities = ["nfs": "hv3-ssd"]
      world.cells[0].hosts.append(third)
    }
    let maintenance = lab.desired.hosts[0].maintenance
    lab.desired.hosts[0].maintenance = nil
    let first = try await lab.converge()
    #expect(first.moves.isEmpty)
    let seen = first.observation.cells[0]
    lab.desired.hosts[0].maintenance = maintenance
    #expect(seen.hosts.prefix(2).map { $0.storages[0].shared } == [false, false])
    let plan = try await lab.pass.preview(lab.keeper, snapshot: nil).plan
    #expect(plan.moves.map(\.mode) == [.block])
    // Back again, it was not asked: nothing is copied to it until it is.
    lab.worlds.meddle { $0.cells[0].hosts[2].reachable = true }
    let later = try await lab.pass.look(lab.keeper).cells[0]
    #expect(later.hosts.map { $0.storages[0].needsProof } == [false, false, !silent.isEmpty])
  }

  @Test func localStoragesAreCopiedOnlyOnceProved() async throws {
    var lab = try lab(real: ["hv1-ssd", "hv2-ssd"])
    lab.desired.instances[1].allowedModes = AllowedModes(live: true, block: true, cold: false)
    #expect(try await lab.pass.preview(lab.keeper, snapshot: nil).plan.moves.isEmpty)
    let result = try await lab.converge()
    #expect(result.moves.map(\.operation.move?.mode) == [.block])
    #expect(result.moves.map(\.endState) == [.succeeded])
  }
}
