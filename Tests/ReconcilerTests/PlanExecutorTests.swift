import Execution
import Fleet
import Synchronization
import Testing

@testable import Reconciler

@Suite(.timeLimit(.minutes(5))) struct PlanExecutorTests {
  private struct DiskFull: Error {}

  @Test func aSlowCallHoldsUpItsOwnGuestOnly() async throws {
    let gate = Gate()
    let rig = ExecutorRig(WatchedDriver(gated: ("guest0", gate)))
    var machine = ExecutorRig.machine(guests: 2, atOnce: 2)
    // The first guest's check ends only once the second guest's whole move has.
    try await rig.run(&machine, report: { event in if case .moveEnded(let ended, _) = event, ended.instance == "guest1" { gate.open() } })
    #expect(rig.reported == ["+guest0", "+guest1", "-guest1", "-guest0"])
    #expect(machine.isFinished)
  }

  @Test(arguments: [1, 2, 3, 8]) func callsAreBoundedAndJournalledBefore(callsAtOnce: Int) async throws {
    let rig = ExecutorRig()
    var machine = ExecutorRig.machine(guests: 40, atOnce: 12)
    try await rig.run(&machine, callsAtOnce: callsAtOnce)
    #expect(rig.driver.broken == [])
    #expect(rig.driver.callsMost <= callsAtOnce)
    #expect(callsAtOnce == 1 || rig.driver.callsMost > 1, "calls are under way at once")
    #expect(Set(rig.driver.begun).count == 40)
    #expect(machine.operations.allSatisfy { $0.endState == .succeeded })
    #expect(rig.reported.filter { $0.hasPrefix("+") }.count == 40)
    #expect(rig.reported.filter { $0.hasPrefix("-") }.count == 40)
  }

  @Test func aWakeupShowsTheEndAtOnce() async throws {
    // Once the executor waits long, only the driver's word makes it look again: the wait never ends.
    let driver = WatchedDriver(looksUntilDone: nil)
    let rig = ExecutorRig(driver, clock: HurriedClock(endlessFrom: 100) { driver.finish() })
    var machine = ExecutorRig.machine(guests: 3, atOnce: 3)
    try await rig.run(&machine)
    #expect(machine.operations.allSatisfy { $0.endState == .succeeded })
  }

  @Test(arguments: 0..<6) func nothingBeginsAfterTheJournalFailed(failingWrite: Int) async throws {
    let rig = ExecutorRig()
    var machine = ExecutorRig.machine(guests: 6, atOnce: 3)
    let writes = Mutex(0)
    let allowed = Mutex<Int?>(nil)
    await #expect(throws: DiskFull.self) {
      try await rig.run(
        &machine,
        journal: { _ in
          let number = writes.withLock { count in
            defer { count += 1 }
            return count
          }
          guard number == failingWrite else { return }
          // A call that an earlier write allowed may not have reached the driver yet: count intents on disk, not calls.
          allowed.withLock { $0 = rig.driver.intendedCount }
          throw DiskFull()
        })
    }
    #expect(rig.driver.callsUnderWay == 0, "calls under way have ended")
    let limit = try #require(allowed.withLock { $0 })
    #expect(rig.driver.begun.count <= limit)
    #expect(Set(rig.driver.begun).count == rig.driver.begun.count, "one begin an intent")
    #expect(rig.driver.broken == [])
  }

  @Test func pressedOnceWhatRunsIsWatchedToItsEnd() async throws {
    let rig = ExecutorRig()
    var machine = ExecutorRig.machine(guests: 6, atOnce: 2)
    let stop = rig.stop
    try await rig.run(&machine, report: { event in if case .moveStarted(let move) = event, move.instance == "guest1" { stop.press() } })
    #expect(machine.stopped == .interrupted)
    #expect(machine.operations.filter { $0.endState == .succeeded }.count == 2)
    #expect(machine.dropped.count == 4)
  }

  @Test func pressedTwiceWhatRunsIsLeftRunning() async throws {
    let rig = ExecutorRig(WatchedDriver(looksUntilDone: nil))
    var machine = ExecutorRig.machine(guests: 2, atOnce: 2)
    let (stop, driver) = (rig.stop, rig.driver)
    try await rig.run(
      &machine,
      report: { event in
        guard case .progress = event, driver.begun.count == 2, !stop.isPressed else { return }
        stop.press()
        stop.press()
      })
    #expect(machine.running.count == 2)
    #expect(rig.driver.callsUnderWay == 0)
  }

  @Test func anObjectionDropsWhatWaits() async throws {
    let rig = ExecutorRig(WatchedDriver(looksUntilDone: 20))
    var machine = ExecutorRig.machine(guests: 3, atOnce: 1)
    try await rig.run(&machine, objection: .revisionChanged("r2"))
    #expect(machine.stopped == .revisionChanged("r2"))
    #expect(machine.operations.filter { $0.endState == .succeeded }.count == 1)
    #expect(machine.dropped.count == 2)
  }
}
