import Dispatch
import Hypervisor
import Synchronization
import Testing

@testable import LibvirtHypervisor

@Suite struct HostWatchTests {
  private typealias Watch = HostWatch<Line>

  @Test func nobodyIsAskedUnlessSomebodyWantsToKnow() async {
    let asked = Mutex(0)
    let watch = Watch { _ in
      asked.withLock { $0 += 1 }
      return Line()
    }
    #expect(watch.silentMilliseconds == nil)
    try? await Task.sleep(for: .milliseconds(100))
    #expect(asked.withLock { $0 } == 0)
    let wishes = [watch.wish(), watch.wish(), watch.wish()]
    await eventually { asked.withLock { $0 } >= 2 }
    #expect(watch.silentMilliseconds == 0)
    let (before, begun) = (asked.withLock { $0 }, ContinuousClock.now)
    try? await Task.sleep(for: .milliseconds(1500))
    let (more, seconds) = (asked.withLock { $0 } - before, (ContinuousClock.now - begun).milliseconds / 1000)
    #expect(more <= seconds + 1, "about once a second, however many want it: \(more) in \(seconds) s")
    withExtendedLifetime(wishes) {}
  }

  @Test func silenceGrowsWhileNoAnswerComesAndEndsWithOne() async {
    let gate = DispatchSemaphore(value: 0)
    let isDeaf = Mutex(false)
    let watch = Watch { kept in
      if isDeaf.withLock({ $0 }) { gate.wait() }
      return kept ?? Line()
    }
    let wish = watch.wish()
    try? await Task.sleep(for: .milliseconds(300))
    #expect(watch.silentMilliseconds == 0)
    isDeaf.withLock { $0 = true }
    await eventually { (watch.silentMilliseconds ?? 0) > 3000 }
    isDeaf.withLock { $0 = false }
    // A new connection is heard although the old question still hangs.
    await eventually { watch.silentMilliseconds == 0 }
    for _ in 0..<Watch.hungMax { gate.signal() }
    withExtendedLifetime(wish) {}
  }

  @Test func itEndsWithTheLastWishAndLeavesNothingBehind() async {
    let asked = Mutex(0)
    weak var gone: Watch?
    do {
      let watch = Watch { kept in
        asked.withLock { $0 += 1 }
        return kept ?? Line()
      }
      gone = watch
      let wish = watch.wish()
      await eventually { asked.withLock { $0 } > 0 }
      withExtendedLifetime(wish) {}
    }
    await eventually { gone == nil }
    let then = asked.withLock { $0 }
    try? await Task.sleep(for: .milliseconds(1300))
    #expect(asked.withLock { $0 } == then)
  }
}

private final class Line: PooledConnection {
  var isAlive: Bool { true }
}

/// Waits until it holds, 20 s at most.
private func eventually(_ holds: () -> Bool) async {
  for _ in 0..<2000 {
    if holds() { return }
    try? await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("it did not come within 20 s")
}
