import Fleet
import Reporting
import Testing

/// What a status and a run have to tell, and the documents it is told in.
@Suite struct NotificationFinderTests {
  private static let found = NotificationFinder.find(
    StatusSamples.full, .init(RunReportTests.mixed, revision: "3f2a", doubled: ["twin-1"]))

  @Test func whatIsTold() throws {
    let lines = Self.found.map { "\($0.severity.rawValue) \($0.event.rawValue) \($0.name) \($0.cell?.rawValue ?? "-")\n  \($0.text)\n" }
    try Golden.expect(lines.joined(), "notifications.txt")
  }

  @Test func theDocuments() throws {
    let first = try #require(Self.found.first { $0.event == .moveFailed })
    let bodies = ["webhook", "slack", "alertmanager"].map { NotificationPayload.body(first, kind: $0) }
    try Golden.expect(bodies.joined(), "notification-bodies.json")
  }

  /// Nothing to tell of a fleet in order but that it is.
  @Test func aFleetInOrderIsConverged() {
    let status = StatusReport(at: StatusSamples.at, fleet: "demo", revision: "r", cells: [], inSync: 8, drift: 0)
    let found = NotificationFinder.find(status, Self.good)
    #expect(found.map(\.event) == [.converged] && found[0].severity == .info)
  }

  /// Exit 0 of a part, or beside something that stands, is not the whole fleet in order.
  @Test func aPartIsNotTheFleet() {
    var status = StatusReport(at: StatusSamples.at, fleet: "demo", revision: "r", cells: [], inSync: 8, drift: 0)
    #expect(NotificationFinder.find(status, .init(RunReportTests.good, revision: "r", isPart: true)).isEmpty)
    #expect(NotificationFinder.find(nil, Self.good).isEmpty)
    status.drift = 1
    #expect(NotificationFinder.find(status, Self.good).isEmpty)
    status.drift = 0
    status.notInSync.missing = ["web1"]
    #expect(NotificationFinder.find(status, Self.good).map(\.event) == [.lost])
  }

  /// What weighs most is what a full queue must not lose.
  @Test func whatWeighsMostComesFirst() {
    let severities = Self.found.map(\.severity)
    #expect(severities == severities.sorted(by: >) && Set(severities).count == 4)
    #expect(Self.found.first?.event == .needsHuman && Self.found.first?.text.hasPrefix("ALARM: twin-1") == true, "\(Self.found[0])")
  }

  private static let good = NotificationFinder.Pass(RunReportTests.good, revision: "r")

  /// Each event that there is can be told, but for those of branches, which nothing follows yet.
  @Test func everyEventIsFound() {
    var events = Set(Self.found.map(\.event))
    let calm = StatusReport(at: StatusSamples.at, fleet: "demo", revision: "r", cells: [], inSync: 8, drift: 0)
    events.formUnion(NotificationFinder.find(calm, Self.good).map(\.event))
    let refused = NotificationFinder.passFailed(
      fleet: "demo", revision: "r", kind: "stoppedMidway", text: "a:\n  - still running: b", at: StatusSamples.at)
    #expect(refused.text == "a:; - still running: b" && refused.name == "stoppedMidway")
    events.insert(refused.event)
    events.insert(NotificationFinder.manifestsInvalid(fleet: "demo", revision: "r", text: "a", at: StatusSamples.at).event)
    var status = StatusSamples.full
    status.blocked.append(
      BlockedItem(instance: "db-1", cell: "east", reason: .crashedDuringMigration, text: "it went down", hint: "look at it"))
    events.formUnion(NotificationFinder.find(status, Self.good).map(\.event))
    #expect(Set(NotificationEvent.allCases).subtracting(events) == [.gitRefused])
  }
}
