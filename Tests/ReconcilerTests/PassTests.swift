import Execution
import Fleet
import Planning
import Reconciler
import Reporting
import SimulatedHypervisor
import StateStore
import Testing

@Suite struct PassTests {
  @Test func aPreviewMakesOnlyReadOnlyCalls() async throws {
    let lab = try Lab()
    let before = lab.worlds.peek()
    let result = try await lab.pass.preview(lab.keeper, snapshot: nil)
    #expect(result.plan.moves.map(\.instance) == ["web"])
    #expect(lab.worlds.reads > 0)
    #expect(lab.worlds.updates == 0)
    #expect(lab.worlds.peek() == before)
    #expect(try await lab.keeper.call { try $0.latestObservation("east") } != nil, "it stores what it saw")
    #expect(try await lab.keeper.call { try $0.operations(limit: 10) }.isEmpty)
  }

  @Test func aPassMovesWhatItMayAndNamesTheRest() async throws {
    let lab = try Lab()
    let result = try await lab.converge()
    #expect(result.moves.map(\.endState) == [.succeeded])
    #expect(result.plan.blocked.map(\.reason) == [.needsConsent])
    #expect(result.exitCode == .somethingStands)
    #expect(lab.worlds.peek().violations == [])
    #expect(lab.worlds.peek().cells[0].instances.allSatisfy { $0.mark == nil }, "marks go with their moves")
  }

  @Test(arguments: [2, 3]) func whatKeepsFailingIsBlockedWithItsReason(failures: Int) async throws {
    let lab = try Lab()
    let now = lab.clock.now()
    let result = try await lab.converge()
    // It went back by itself, and every move since failed as that one is made to have.
    lab.worlds.meddle { $0.cells[0].instances[1].host = "hv1" }
    var journal = try #require(try await lab.keeper.call { try $0.operations(limit: 1, instance: "web") }.first).record
    (journal.state, journal.detail) = (.failed, "the pool says yes and moves nothing")
    let failed = journal
    try await lab.keeper.call { store in
      try store.append([.operation(failed)])
      for _ in 0..<failures { try store.recordFailure(result.moves[0].operation.subject, revision: "r1", now: now) }
    }
    let plan = try await lab.pass.preview(lab.keeper, snapshot: nil).plan
    #expect(plan.notInSync.backingOff == (failures < 3 ? ["web"] : []))
    let item = plan.blocked.first { $0.instance == "web" }
    #expect(
      item?.text == (failures < 3 ? nil : "its last 3 moves failed, the last one: the pool says yes and moves nothing"), "\(plan.blocked)")
  }

  @Test func aPlanOfMoreMovesThanAllowedIsRefusedWhole() async throws {
    var lab = try Lab()
    lab.desired.cells[0].maxMovesPerPass = 0
    let before = lab.worlds.peek()
    await #expect(throws: Refusal.self) { try await lab.converge() }
    #expect(lab.worlds.peek() == before)
  }

  /// We died, or the host was silent, after a move's last record and before its mark was taken off.
  @Test func aMarkOfOursThatNoOpenMoveExplainsIsTakenOff() async throws {
    let lab = try Lab()
    _ = try await lab.converge()
    let writer = try await lab.keeper.call { $0.writer }
    lab.worlds.meddle {
      $0.cells[0].instances[0].mark = WriterMark(
        fleet: "lab", writer: writer, epoch: 1, intent: "m1/0/1", expires: Lab.now.adding(milliseconds: 60_000))
    }
    _ = try await lab.converge()
    #expect(lab.worlds.peek().cells[0].instances.allSatisfy { $0.mark == nil })
  }

  @Test func anotherWritersMarkStopsThePass() async throws {
    let lab = try Lab()
    lab.worlds.meddle {
      $0.cells[0].instances[0].mark = WriterMark(
        fleet: "lab", writer: "other", epoch: 1, intent: "i", expires: Lab.now.adding(milliseconds: 60_000))
    }
    do {
      _ = try await lab.converge()
      Issue.record("it must be refused")
    } catch Refusal.anotherWriter(let text) {
      #expect(text.contains("instance stuck carries the mark of writer other of fleet lab, which expires at"))
    }
  }

  @Test func aChangeOfTheManifestsDropsWhatWaits() async throws {
    var lab = try Lab()
    lab.desired.cells[0].limits = MigrationLimits(total: 1, perHost: 1, perHostIncoming: 1, perHostOutgoing: 1)
    lab.desired.instances[0].allowedModes.cold = true
    var pass = lab.pass
    pass.objection = { .revisionChanged("r2") }
    let now = lab.clock.now()
    let epoch = try await lab.keeper.call { try $0.takeLease(now: now, lifetimeMilliseconds: 60_000) }
    let result = try await pass.converge(lab.keeper, epoch: epoch)
    #expect(result.plan.moves.count == 2)
    #expect(result.stopped == .revisionChanged("r2"))
    #expect(result.dropped.count == 1)
    #expect(result.moves.filter { $0.endState == .succeeded }.count == 1, "what runs is finished")
    #expect(result.exitCode == .somethingStands, "nothing has failed")
  }
}
