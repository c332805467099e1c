import Fleet
import Reporting
import Testing

/// What a status and a run have to tell, and the documents it is told in.
@Suite struct NotificationFinderTests {
  private static let found = NotificationFinder.find(StatusSamples.full, RunReportTests.mixed)

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
    let found = NotificationFinder.find(status, RunReportTests.good)
    #expect(found.map(\.event) == [.converged] && found[0].severity == .info)
  }

  @Test func oneEventDoesNotFillTheQueue() {
    var status = StatusReport(at: StatusSamples.at, fleet: "demo", revision: "r", cells: [], inSync: 0, drift: 0)
    status.notInSync.missing = (0..<500).map { InstanceName("vm\($0)") }
    status.notInSync.frozen = ["web1"]
    let found = NotificationFinder.find(status, RunReportTests.good)
    #expect(found.count { $0.event == .lost } == NotificationFinder.sameEventMax && found.count { $0.event == .frozen } == 1)
  }

  /// Each event that there is can be told, but for those of branches, which nothing follows yet.
  @Test func everyEventIsFound() {
    var events = Set(Self.found.map(\.event))
    events.formUnion(NotificationFinder.find(StatusSamples.full, RunReportTests.good).map(\.event))
    events.insert(NotificationFinder.passFailed(fleet: "demo", revision: "r", text: "a\nb", at: StatusSamples.at).event)
    events.insert(NotificationFinder.manifestsInvalid(fleet: "demo", revision: "r", text: "a", at: StatusSamples.at).event)
    var status = StatusSamples.full
    status.blocked.append(
      BlockedItem(instance: "db-1", cell: "east", reason: .crashedDuringMigration, text: "it went down", hint: "look at it"))
    events.formUnion(NotificationFinder.find(status, RunReportTests.good).map(\.event))
    #expect(Set(NotificationEvent.allCases).subtracting(events) == [.gitRefused])
  }
}
