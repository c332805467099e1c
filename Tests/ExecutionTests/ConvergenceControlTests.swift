import Execution
import Fleet
import Testing

struct ConvergenceControlTests {
  private func control(
    _ action: MigrationPolicy.TimeoutAction = .abort, perGiBMilliseconds: Int = 800_000, memoryGiB: Int = 1, copied: [Int] = []
  ) -> ConvergenceControl {
    var policy = MigrationPolicy()
    policy.onTimeout = action
    policy.completionTimeoutMillisecondsPerGiB = perGiBMilliseconds
    let disks = copied.map { DiskMove(target: "vd\($0)", action: .copy, toPool: "p", bytes: $0 * Fixture.gib) }
    return ConvergenceControl(policy: policy, memoryBytes: memoryGiB * Fixture.gib, copiedDisks: disks)
  }

  private func at(_ milliseconds: Int, postCopy: Bool = false) -> JobProgress {
    JobProgress(state: .running, elapsedMilliseconds: milliseconds, postCopy: postCopy)
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
  func actsOnceAfterTheTimeout(_ action: MigrationPolicy.TimeoutAction, _ command: JobControl) {
    var control = control(action)
    #expect(control.commands(for: at(1_600_000)) == [.setDowntime(milliseconds: 500)])
    #expect(control.commands(for: at(1_600_001)) == [command])
    #expect(control.commands(for: at(1_700_000)) == [])
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
}
