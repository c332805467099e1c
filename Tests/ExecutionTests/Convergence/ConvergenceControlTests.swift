import Execution
import Fleet
import Testing

struct ConvergenceControlTests {
  private func control(
    _ action: MigrationPolicy.TimeoutAction = .abort, perGiBMilliseconds: Int = 800_000, memoryGiB: Int = 1, copied: [Int] = []
  ) -> ConvergenceControl {
    var policy = MigrationPolicy()
    policy.onTimeout = action
    policy.postCopy = action == .postCopy
    policy.completionTimeoutMillisecondsPerGiB = perGiBMilliseconds
    let disks = copied.map { DiskMove(target: "vd\($0)", action: .copy, toPool: "p", bytes: $0 * Fixture.gib) }
    return ConvergenceControl(policy: policy, memoryBytes: memoryGiB * Fixture.gib, copiedDisks: disks)
  }

  private func at(_ milliseconds: Int, iteration: Int = 3, postCopy: Bool = false) -> JobProgress {
    JobProgress(state: .running, elapsedMilliseconds: milliseconds, iteration: iteration, postCopy: postCopy)
  }

  @Test(arguments: [(1, [], 1600), (2, [], 1600), (8, [], 6400), (1, [1], 3200), (8, [1, 20], 24_000)] as [(Int, [Int], Int)])
  func completionTimeoutIs800SecondsForEachGiB(_ memory: Int, _ copied: [Int], _ seconds: Int) {
    #expect(control(memoryGiB: memory, copied: copied).completionTimeoutMilliseconds == seconds * 1000)
  }

  @Test func zeroMeansNone() {
    var control = control(perGiBMilliseconds: 0)
    #expect(control.completionTimeoutMilliseconds == nil)
    #expect(control.commands(for: at(.max / 2)) == [.setDowntime(milliseconds: 500)])
    #expect(control.commands(for: at(.max - 1)) == [])
  }

  @Test(arguments: zip(MigrationPolicy.TimeoutAction.allCases, [JobControl.abort, .startPostCopy, .suspend]))
  func actsAfterTheTimeout(_ action: MigrationPolicy.TimeoutAction, _ command: JobControl) {
    var control = control(action)
    #expect(control.commands(for: at(1_600_000)) == [.setDowntime(milliseconds: 500)])
    #expect(control.commands(for: at(1_600_001)) == [command])
    #expect(control.commands(for: at(1_660_000)) == [])
    // A call may have been lost; a suspension is never given again, for somebody may have resumed the guest.
    #expect(control.commands(for: at(1_660_001)) == (action == .suspend ? [] : [command]))
  }

  @Test func postCopyWaitsForOneWholePass() {
    var control = control(.postCopy)
    _ = control.commands(for: at(1_600_000, iteration: 1))
    #expect(control.commands(for: at(1_700_000, iteration: 1)) == [])
    #expect(control.commands(for: at(1_700_250, iteration: 2)) == [.startPostCopy])
  }

  @Test func whatHangsInItsFirstPassIsAbortedAtTwiceItsTime() {
    var control = control(.postCopy)
    _ = control.commands(for: at(1_600_000, iteration: 1))
    #expect(control.commands(for: at(3_200_000, iteration: 1)) == [])
    #expect(control.commands(for: at(3_200_001, iteration: 1)) == [.abort])
  }

  @Test func withoutPermissionNoPostCopy() {
    var policy = MigrationPolicy()
    policy.onTimeout = .postCopy
    var control = ConvergenceControl(policy: policy, memoryBytes: Fixture.gib, copiedDisks: [])
    _ = control.commands(for: at(1_600_000))
    #expect(control.commands(for: at(1_600_001)) == [.abort])
  }

  @Test(arguments: MigrationPolicy.TimeoutAction.allCases)
  func neverActsInPostCopy(_ action: MigrationPolicy.TimeoutAction) {
    var control = control(action)
    for seconds in [1, 200, 1601, 9999] { #expect(control.commands(for: at(seconds * 1000, postCopy: true)) == []) }
  }

  @Test(arguments: [JobProgress.State.done, .failed("x"), .unknown("x")])
  func neverActsOnAnEndedJob(_ state: JobProgress.State) {
    var control = control()
    #expect(control.commands(for: JobProgress(state: state, elapsedMilliseconds: 5_000_000)) == [])
  }

  @Test func eachDowntimeLimitIsGivenOnce() {
    var control = control(perGiBMilliseconds: 0)
    let given = stride(from: 0, through: 1_600_000, by: 500).flatMap { control.commands(for: at($0)) }
    #expect(given == DowntimeCurveTests.exponential.map { .setDowntime(milliseconds: $0) })
  }

  // MARK: stalls

  /// Iterations of so many megabytes, the last of them again and again, at 100 MB/s; what was commanded, with the second.
  private func commands(_ control: inout ConvergenceControl, sending sizes: [Int], seconds: Int) -> [String] {
    var commands: [String] = []
    var (iteration, end) = (1, sizes[0])
    for quarter in 0...(4 * seconds) {
      let sent = quarter * 25
      while sent >= end {
        end += iteration < sizes.count ? sizes[iteration] : sizes[sizes.count - 1]
        iteration += 1
      }
      let progress = JobProgress(
        state: .running, elapsedMilliseconds: quarter * 250, processedBytes: sent * 1_000_000, remainingBytes: (end - sent) * 1_000_000,
        iteration: iteration)
      commands += control.commands(for: progress).filter { $0 != .setDowntime(milliseconds: 46) }.map { "\(Double(quarter) / 4) \($0)" }
    }
    return commands
  }

  private static let limit = "\(JobControl.setDowntime(milliseconds: 500))"

  /// 45 MB at 100 MB/s are 450 ms. The first boundary is at 10 s; more than 40 s later, at 50.05 s, another leaves no less.
  @Test(arguments: MigrationPolicy.TimeoutAction.allCases) func whatFitsGetsTheLongestPauseAtOnce(_ action: MigrationPolicy.TimeoutAction) {
    var control = control(action)
    #expect(commands(&control, sending: [1000, 45], seconds: 110) == ["50.25 \(Self.limit)"])
    #expect(control.limitMilliseconds == 500)
  }

  /// 60 s were given to switch over; then the policy's action, where it loses nothing.
  @Test(arguments: zip(MigrationPolicy.TimeoutAction.allCases, [[], ["110.5 startPostCopy"], ["110.5 suspend"]]))
  func whatDoesNotSwitchOverAllTheSame(_ action: MigrationPolicy.TimeoutAction, _ then: [String]) {
    var control = control(action)
    #expect(commands(&control, sending: [1000, 45], seconds: 160) == ["50.25 \(Self.limit)"] + then)
  }

  /// 900 MB would pause it for 9 s: never an abort before its time.
  @Test(arguments: zip(MigrationPolicy.TimeoutAction.allCases, [[], ["55.0 startPostCopy"], ["55.0 suspend"]]))
  func whatDoesNotFitIsEndedWithoutLossOrLeft(_ action: MigrationPolicy.TimeoutAction, _ then: [String]) {
    var control = control(action)
    #expect(commands(&control, sending: [1000, 900], seconds: 100) == then)
    #expect(control.stall == Stall(atMilliseconds: 55_000, remainingBytes: 900_000_000, downtimeMilliseconds: 9000, isGoodMoment: true))
  }

  @Test func withoutATimeoutAStallOnlyRaisesTheLimit() {
    var control = control(.suspend, perGiBMilliseconds: 0)
    #expect(commands(&control, sending: [1000, 900], seconds: 140) == [])
    control = self.control(.suspend, perGiBMilliseconds: 0)
    #expect(commands(&control, sending: [1000, 45], seconds: 140) == ["50.25 \(Self.limit)"])
  }

  @Test(arguments: MigrationPolicy.TimeoutAction.allCases) func whatGainsIsLeftAlone(_ action: MigrationPolicy.TimeoutAction) {
    var control = control(action)
    #expect(commands(&control, sending: Array(stride(from: 1000, through: 100, by: -20)), seconds: 149) == [])
    #expect(control.stall == nil)
  }
}
