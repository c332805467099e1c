import Fleet
import Testing

@testable import LibvirtHypervisor

@Suite struct JobEndsTests {
  private let step = Step(
    .resume(on: "hv1"), instance: "web", uuid: "6f0c2c66-0000-4000-8000-000000000001", cell: "c", source: "hv1", destination: "hv2")

  @Test(.timeLimit(.minutes(10))) func everyReaderHearsOfAnEndOnce() async {
    let registry = JobRegistry()
    var one = registry.endings(in: "c").makeAsyncIterator()
    var other = registry.endings(in: "c").makeAsyncIterator()
    let job = registry.claim("w:1", step).job
    job.end(.done)
    job.end(.failed("too late"))
    #expect(await one.next() != nil)
    #expect(await other.next() != nil)
    #expect(job.progress.state == .done)
    // The second end told nobody: the next element comes from the next job.
    let next = registry.claim("w:2", step).job
    let waiting = Task { await one.next() != nil }
    try? await Task.sleep(for: .milliseconds(50))
    next.end(.unknown("lost"))
    #expect(await waiting.value)
  }

  @Test(.timeLimit(.minutes(10))) func endsThatNobodyReadsAreOneElement() async {
    let ends = JobEnds()
    var reader = ends.stream("c").makeAsyncIterator()
    for _ in 0..<1000 { ends.tell("c") }
    #expect(await reader.next() != nil)
    let second = Task { await reader.next() }
    try? await Task.sleep(for: .milliseconds(50))
    second.cancel()
    #expect(await second.value == nil)
  }

  @Test(.timeLimit(.minutes(10))) func aJobOfAnotherCellWakesNobody() async {
    let ends = JobEnds()
    var reader = ends.stream("c").makeAsyncIterator()
    ends.tell("other")
    let waiting = Task { await reader.next() }
    try? await Task.sleep(for: .milliseconds(50))
    waiting.cancel()
    #expect(await waiting.value == nil)
  }

  @Test(.timeLimit(.minutes(10))) func aReaderThatLeavesIsForgotten() async {
    let ends = JobEnds()
    let readers = (0..<20).map { _ in Task { for await _ in ends.stream("c") {} } }
    while ends.listenerCount < 20 { await Task.yield() }
    for reader in readers { reader.cancel() }
    for reader in readers { await reader.value }
    #expect(ends.listenerCount == 0)
  }
}
