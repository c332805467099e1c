import Fleet
import Foundation
import Reporting
import Testing

@Suite struct MetricsReportTests {
  static let tallies = [
    Tally(.passes, ["exit": "0"], sum: 12, count: 12), Tally(.passSeconds, [:], sum: 30.5, count: 12),
    Tally(.moves, ["cell": "east", "mode": "live", "result": "succeeded"], sum: 7, count: 7),
    Tally(.moveSeconds, ["cell": "east", "mode": "live"], sum: 100.25, count: 7),
    Tally(.movePauseSeconds, ["cell": "east", "mode": "live"], sum: 0.9, count: 7),
    Tally(.movePredictionErrors, ["cell": "east", "mode": "live"], sum: 0.5, count: 7),
    Tally(.moveBytes, ["cell": "east"], sum: 5e15, count: 7),
  ]

  static let facts: MetricsFacts = {
    var status = SchemaSamples.statuses[0]
    status.fleet = "a \"quoted\\name\"\nof two lines"
    return MetricsFacts(
      version: "1.2.3", status: status,
      cells: [MetricsFacts.Cell(name: "east", instances: ["inSync": 50, "missing": 1], movesPlanned: [.live: 3], proof: .minimal)],
      tallies: tallies, lastEnded: StatusSamples.pass, manifestErrors: 2)
  }()

  @Test func text() throws { try Golden.expect(MetricsReport.text(Self.facts), "metrics.prom") }

  /// What Prometheus wants of the format, line by line.
  @Test func eachLineIsWellFormed() throws {
    let sample = #/reconcile_[a-z_]+(\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})? -?[0-9.e+]+/#
    var names: Set<Substring> = []
    for line in MetricsReport.text(Self.facts).split(separator: "\n") {
      if line.hasPrefix("# HELP ") { #expect(names.insert(line.split(separator: " ")[2]).inserted, "a family stands once: \(line)") }
      if !line.hasPrefix("#") { #expect(try sample.wholeMatch(in: line) != nil, "\(line)") }
    }
    #expect(names.count == MetricsReport.families(Self.facts).count { !$0.samples.isEmpty })
  }

  /// Missing is unknown, never zero.
  @Test func whatIsNotKnownHasNoSample() {
    let status = StatusReport(
      at: StatusSamples.at, fleet: "", revision: "", lastPass: nil, cells: [], inSync: 0, drift: 0)
    let text = MetricsReport.text(MetricsFacts(version: "1", status: status, cells: [], tallies: [], manifestErrors: 0))
    let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(samples == ["reconcile_build_info{version=\"1\"} 1", "reconcile_manifest_errors 0"])
  }

  /// Alerts and the documentation speak of metrics that there are.
  @Test func rulesAndDocsNameOurMetrics() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    let families = MetricsReport.families(Self.facts).map(\.name)
    let rules = try String(contentsOf: root.appending(path: "contrib/prometheus/reconcile.rules.yml"), encoding: .utf8)
    let docs = try String(contentsOf: root.appending(path: "docs/alerts.md"), encoding: .utf8)
    for match in rules.matches(of: #/reconcile_([a-z_]+)/#) {
      #expect(families.contains(String(match.1)), "the rules ask for reconcile_\(match.1)")
    }
    let dashboard = try String(contentsOf: root.appending(path: "contrib/grafana/reconcile.json"), encoding: .utf8)
    let asked = Set(
      dashboard.matches(of: #/reconcile_([a-z_]+)/#).map { match in
        // What a summary is asked for by its parts.
        ["_sum", "_count"].reduce(String(match.1)) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
      })
    #expect(asked.subtracting(families) == [], "the dashboard asks for what there is not")
    #expect(Set(families).subtracting(asked) == ["build_info", "fleet_info", "last_observation_timestamp_seconds"])
    for name in families { #expect(docs.contains("`\(name)`"), "docs/alerts.md does not tell of \(name)") }
    for match in rules.matches(of: #/alert: (\w+)/#) {
      #expect(docs.contains("\n## \(match.1)\n"), "docs/alerts.md does not tell of \(match.1)")
      #expect(rules.contains("runbook: docs/alerts.md#\(match.1.lowercased())"), "\(match.1) leads nowhere")
    }
  }
}
