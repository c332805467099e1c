import Fleet
import StateStore
import Testing

/// What is remembered of destinations that an instance could not be moved to.
@Suite struct FailedPairTests {
  private let at = Timestamp(milliseconds: 1_800_000_000_000)
  private func pair(_ host: HostName = "hv2", _ uuid: InstanceUUID = "u1", at: Timestamp? = nil) -> FailedPair {
    FailedPair(
      cell: "c", instance: "web", uuid: uuid, host: host, blame: .pair, text: "it refused", at: at ?? self.at, facts: "f1")
  }

  @Test func failuresInARowWaitLonger() throws {
    let store = try StateStore(path: "x", access: .inMemory)
    let lock = try store.lock(holder: "test")
    defer { withExtendedLifetime(lock) {} }
    try store.recordFailedPair(pair(), revision: "r1")
    let first = try #require(try store.failedPairs(revision: "r1", now: at).first)
    #expect((first.failures, first.until) == (1, at.adding(milliseconds: 20_000)))
    #expect((first.instance, first.blame, first.text, first.facts) == ("web", .pair, "it refused", "f1"))
    try store.recordFailedPair(pair(at: at.adding(milliseconds: 30_000)), revision: "r1")
    let second = try #require(try store.failedPairs(revision: "r1", now: at).first)
    #expect((second.failures, second.until) == (2, at.adding(milliseconds: 70_000)))
    #expect(
      try store.failedPairs(revision: "r2", now: at).first?.until == at.adding(milliseconds: 30_000), "another revision ends the waiting")
  }

  @Test func successForgetsAndSoDoesTime() throws {
    let store = try StateStore(path: "x", access: .inMemory)
    let lock = try store.lock(holder: "test")
    defer { withExtendedLifetime(lock) {} }
    for (host, uuid) in [("hv2", "u1"), ("hv3", "u1"), ("hv2", "u2")] as [(HostName, InstanceUUID)] {
      try store.recordFailedPair(pair(host, uuid), revision: "r1")
    }
    #expect(try store.failedPairs(revision: "r1", now: at).count == 3)
    try store.forgetFailedPairs(of: "u1")
    #expect(try store.failedPairs(revision: "r1", now: at).map(\.uuid) == ["u2"])
    #expect(try store.failedPairs(revision: "r1", now: at.adding(milliseconds: 8 * 86_400_000)).isEmpty)
  }
}
