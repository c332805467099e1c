import Glibc
import Hypervisor
import Synchronization
import Testing

@testable import BlockingCalls

/// More calls than places wait in line, in order, and say so where they were never made.
@Suite(.serialized) struct CallQueueTests {
  private final class Peak: Sendable {
    private let counts = Mutex((now: 0, most: 0))
    var most: Int { counts.withLock { $0.most } }
    func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
    func leave() { counts.withLock { $0.now -= 1 } }
  }

  private final class Order: Sendable {
    private let list = Mutex<[Int]>([])
    var numbers: [Int] { list.withLock { $0 } }
    func add(_ number: Int) { list.withLock { $0.append(number) } }
  }

  /// Three thousand hosts that take a second each: all are asked, none counts the time it stood in line.
  @Test(.timeLimit(.minutes(10))) func threeThousandCallsAllComeBack() async {
    let peak = Peak()
    let answers = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<3_000 {
        group.addTask {
          let outcome = await BlockingThread.attempt(deadline: Deadline(milliseconds: 30_000)) {
            peak.enter()
            usleep(100_000)
            peak.leave()
            return number
          }
          if case .value(number) = outcome { return true }
          return false
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(answers == 3_000)
    #expect(peak.most <= BlockingThread.callsMax && peak.most > 100)
  }

  @Test func aCallThatHangsIsLateAndItsPlaceComesFreeWhenItEnds() async {
    let queue = CallQueue(places: 1)
    #expect(await queue.enter(within: 10))
    #expect(await queue.enter(within: 10) == false, "no place came free")
    queue.leave()
    #expect(await queue.enter(within: 10))
    async let next = queue.enter(within: 5_000)
    try? await Task.sleep(for: .milliseconds(50))
    queue.leave()
    #expect(await next, "who waits gets the place")
    let outcome = await BlockingThread.attempt(deadline: Deadline(milliseconds: 50)) { usleep(3_000_000) }
    guard case .late = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test func whoWaitsLongestIsNext() async {
    let queue = CallQueue(places: 1)
    _ = await queue.enter(within: 10)
    let order = Order()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<5 {
        group.addTask {
          _ = await queue.enter(within: 10_000)
          order.add(number)
          queue.leave()
        }
        try? await Task.sleep(for: .milliseconds(20))
      }
      queue.leave()
    }
    #expect(order.numbers == [0, 1, 2, 3, 4])
  }
}
