import Foundation
import Testing

/// `reconcile metrics` as the node exporter's timer runs it.
@Suite struct MetricsTests {
  private func value(_ series: String, in text: String) -> Double? {
    text.split(separator: "\n").first { $0.hasPrefix("reconcile_\(series) ") }.flatMap {
      $0.split(separator: " ").last.flatMap { Double($0) }
    }
  }

  @Test func beforeAndAfterARun() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let before = try program.run("metrics")
    #expect(before.status == 0 && value("manifest_errors", in: before.output) == 0, "\(before)")
    #expect(!before.output.contains("last_pass") && !before.output.contains("reconcile_hosts"), "nothing is known yet: \(before.output)")
    #expect(try program.run("--yes").status == 0)
    #expect(try program.run("metrics", "--out", "reconcile.prom").output == "")
    let text = try String(contentsOf: program.folder.appending(path: "reconcile.prom"), encoding: .utf8)
    #expect(value("passes_total{exit=\"0\"}", in: text) == 1, "\(text)")
    let moved = text.split(separator: "\n").filter { $0.hasPrefix("reconcile_moves_total{") && $0.contains("result=\"succeeded\"") }
    #expect(moved.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +) == 2, "\(text)")
    #expect(text.contains("reconcile_instances{cell=") && text.contains("reconcile_plan_proof{cell="), "\(text)")
    try program.write("apiVersion: reconcile/v1\nkind: Nothing\n", to: "manifests/bad.yaml")
    let invalid = try program.run("metrics", "-f", "manifests")
    #expect(invalid.status == 0 && (value("manifest_errors", in: invalid.output) ?? 0) > 0, "\(invalid)")
    #expect(value("passes_total{exit=\"0\"}", in: invalid.output) == 1, "what was counted stays: \(invalid)")
  }
}
