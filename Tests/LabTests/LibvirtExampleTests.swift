import Foundation
import LabSupport
import Testing

/// The example fleet of `docs/libvirt.md`, used as that page says: over TLS, encrypted, drained and filled again.
@Suite(.enabled(if: Lab.isAvailable, "runs by Scripts/test-lab"), .serialized) struct LibvirtExampleTests {
  @Test func theExampleIsDrainedAndFilledAgain() async throws {
    try await Lab.tidy()
    let web = try #require(try await Lab.guest("web", on: "hv1"))
    let db = try #require(try await Lab.guest("db", on: "hv1", "--storage", "local"))
    try await Lab.guest("build", on: "hv2", "--storage", "local")
    let folder = FileManager.default.temporaryDirectory.appending(path: "reconcile-example-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(
      at: Lab.root.appending(path: "manifests/examples/libvirt"), to: folder.appending(path: "manifests"))

    #expect(try await run(in: folder, "probe").status == 0)
    let quiet = try await run(in: folder, "--dry-run", "--detailed-exitcode")
    #expect(quiet.status == 0 && quiet.output.contains("In sync: 3 instances"), "\(quiet)")

    try setMaintenance(true, in: folder)
    let drained = try await run(in: folder, "--yes")
    #expect(drained.status == 0 && drained.output.contains("2 moves: 2 succeeded"), "\(drained)")
    let status = try await run(in: folder, "status")
    #expect(status.output.contains("hv1: in maintenance, 0 guests, EMPTY from"), "\(status)")
    #expect(try await Lab.peek("web", on: "hv2").survived(since: web))
    #expect(try await Lab.peek("db", on: "hv2").survived(since: db))

    try setMaintenance(false, in: folder)
    let filled = try await run(in: folder, "--yes")
    #expect(filled.status == 0 && filled.output.contains("2 moves: 2 succeeded"), "\(filled)")
    #expect(try await Lab.peek("web", on: "hv1").survived(since: web))
    #expect(try await Lab.peek("db", on: "hv1").survived(since: db))
  }

  /// The one word the page asks its reader to change.
  private func setMaintenance(_ on: Bool, in folder: URL) throws {
    let file = folder.appending(path: "manifests/hosts.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let changed = text.replacing("maintenance: \(!on)", with: "maintenance: \(on)")
    try #require(changed != text)
    try Data(changed.utf8).write(to: file)
  }

  private func run(in folder: URL, _ arguments: String...) async throws -> Ended {
    let environment = [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder.path, "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "RECONCILE_CONFIG": "",
    ]
    return try await Running(LabFleet.executable.path, arguments, in: folder.path, environment: environment).wait(within: .seconds(120))
  }
}
