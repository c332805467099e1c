import LabSupport
import Testing

/// Guests are known by uuid, and people copy definitions by hand.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct NamesTests {
  private static let uuid = "11111111-2222-4333-8444-555555555555"

  @Test(arguments: ["off", "running"])
  func oneUUIDUnderTwoNames(other: String) async throws {
    try await Lab.tidy()
    // With both on, the monitor must see one guest twice, which this test makes so.
    let (name, copy) = other == "off" ? ("uuid-one", "uuid-two") : ("twice-one", "twice-two")
    let before = try #require(try await Lab.guest(name, on: "hv1", "--uuid", Self.uuid))
    if other == "off" {
      try await Lab.guest(copy, on: "hv2", "--uuid", Self.uuid, "--no-start")
    } else {
      try await Lab.guest(copy, on: "hv2", "--uuid", Self.uuid)
    }
    let fleet = try LabFleet([
      .init(name, "{placement: {host: hv1}, migration: {allow: [live]}}"),
      .init(copy, "{placement: {host: hv3}, migration: {allow: [cold]}}"),
    ])
    let ended = try await fleet.run("--yes")
    #expect(try await Lab.peek(name, on: "hv1").survived(since: before), "\(ended)")
    #expect(try await Lab.states(name).keys.sorted() == ["hv1"], "\(ended)")
    #expect(try await Lab.states(copy).keys.sorted() == ["hv2"], "\(ended)")
    #expect(ended.status == 3, "\(ended)")
    #expect(ended.output.contains(name) && ended.output.contains(copy), "it names both: \(ended)")
    #expect(!ended.output.contains("undefine"), "no advice to remove one of them: \(ended)")
    try await Lab.tidy()
  }
}
