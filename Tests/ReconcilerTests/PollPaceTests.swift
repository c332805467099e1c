import Execution
import Fleet
import Testing

@testable import Reconciler

@Suite struct PollPaceTests {
  private static let start = Timestamp(milliseconds: 1_000_000)

  /// A move whose job is watched since `start`.
  private static func watching(_ progress: JobProgress? = nil) -> OperationMachine {
    var machine = ExecutorRig.machine(guests: 1, atOnce: 1).operations[0]
    _ = machine.start(now: start)
    _ = machine.handle(.checked(machine.id, []), now: start)
    _ = machine.handle(.began(machine.id, .accepted("j")), now: start)
    if let progress { _ = machine.handle(.progressed(machine.id, progress), now: start) }
    return machine
  }

  /// Milliseconds after `start` at which it was looked at, if each look takes `callMilliseconds`.
  private static func looks(at machine: OperationMachine, until end: Int, callMilliseconds: Int) -> [Int] {
    var pace = PollPace()
    var (looks, time) = ([Int](), 0)
    while time < end {
      let next = pace.polls([machine], start.adding(milliseconds: time)) { _ in false }
      if next.polls.isEmpty {
        time += next.waitMilliseconds
      } else {
        looks.append(time)
        time += callMilliseconds
        pace.answered(machine.id, start.adding(milliseconds: time))
      }
    }
    return looks
  }

  @Test(arguments: [0, 7, 400]) func aYoungJobIsLookedAtOften(callMilliseconds: Int) {
    let looks = Self.looks(at: Self.watching(), until: 10_000, callMilliseconds: callMilliseconds)
    #expect(looks.first == PollPace.millisecondsMin)
    for (one, next) in zip(looks, looks.dropFirst()) {
      let pause = next - one - callMilliseconds
      #expect(pause >= PollPace.millisecondsMin && pause <= PollPace.millisecondsMax)
      #expect(pause <= max(PollPace.millisecondsMin, next / PollPace.agePart), "an end is seen an eighth late at most")
    }
    #expect(looks.count < 80, "and no more than that: \(looks.count) looks")
  }

  @Test func aJobNearItsEndIsLookedAtMoreOften() {
    let progress = JobProgress(
      state: .running, elapsedMilliseconds: 60_000, totalBytes: 1 << 30, processedBytes: 1 << 29, remainingBytes: 1 << 20, iteration: 2,
      dirtyBytesPerSecond: 1 << 20, bytesPerSecond: 100 << 20)
    let machine = Self.watching(progress)
    #expect((machine.predictedMilliseconds ?? .max) - 60_000 < PollPace.nearEndWithinMilliseconds)
    let looks = Self.looks(at: machine, until: 10_000, callMilliseconds: 0).filter { $0 > 5000 }
    for (one, next) in zip(looks, looks.dropFirst()) { #expect(next - one == PollPace.nearEndMilliseconds) }
    #expect(looks.count > 10)
  }

  @Test func aWakeupIsHeededOnce() {
    let machine = Self.watching()
    var pace = PollPace()
    _ = pace.polls([machine], Self.start) { _ in false }
    let later = Self.start.adding(milliseconds: 60_000)
    pace.answered(machine.id, later)
    pace.wake()
    let busy = pace.polls([machine], later.adding(milliseconds: 50)) { _ in true }
    #expect(busy.polls.isEmpty, "not while something is asked of its guest")
    let soon = pace.polls([machine], later.adding(milliseconds: PollPace.millisecondsMin)) { _ in false }
    #expect(soon.polls == [.poll(machine.id, ExecutorRig.cell, "j")])
    pace.answered(machine.id, later.adding(milliseconds: 30))
    #expect(pace.polls([machine], later.adding(milliseconds: 60)) { _ in false }.polls.isEmpty)
  }

  @Test func aClockSetBackDoesNotStopTheLooking() {
    let machine = Self.watching()
    var pace = PollPace()
    _ = pace.polls([machine], Self.start) { _ in false }
    #expect(pace.polls([machine], Timestamp(milliseconds: 5)) { _ in false }.polls.count == 1)
  }
}
