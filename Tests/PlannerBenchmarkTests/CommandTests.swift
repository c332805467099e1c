import Foundation
import LabSupport
import Testing

/// The program itself: what it prints, writes and ends with.
@Suite struct CommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: [String]) async throws -> Ended {
    let bundle = URL(filePath: CommandLine.arguments[0])
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let program =
      bundle.pathExtension == "xctest"
      ? bundle.deletingLastPathComponent().appending(path: "planner-benchmark") : root.appending(path: ".build/debug/planner-benchmark")
    return try await Running(program.path, arguments).wait(within: .seconds(60))
  }

  private func instance(_ vms: [String]) throws -> String {
    let hosts = [InstanceText.host("m", state: "maintenance"), InstanceText.host("u"), InstanceText.host("w")]
    return try folder.write(Array(InstanceText.text(hosts: hosts, vms: vms, groups: []).utf8))
  }

  @Test func planIsWrittenAndFiguresPrinted() async throws {
    let path = try instance([InstanceText.vm("a", on: "m")])
    let ended = try await run([path, "-o", folder.path("plan.json")])
    #expect(ended.status == 0 && ended.errors.isEmpty)
    #expect(ended.output.hasPrefix("small: 3 hosts, 1 VMs: planned, fewest moves proved\n  moves     1\n"))
    #expect(try String(contentsOfFile: folder.path("plan.json"), encoding: .utf8).contains(#""status":"ok""#))
    let packed = try folder.write(try await folder.packed(Array(try Data(contentsOf: URL(filePath: path)))), "instance.json.gz")
    #expect(try await run([packed, "--objective", "cost", "--json"]).output.contains(#""value":101,"#))
  }

  @Test func planningAgainNamesTheEvent() async throws {
    let path = try instance([InstanceText.vm("a", on: "m"), InstanceText.vm("b", on: "u"), InstanceText.vm("c", on: "w")])
    #expect(try await run([path, "--replan"]).output.contains("\n  event     u goes under maintenance\n"))
    #expect(try await run([path, "--replan", "--event", "w"]).output.contains("\n  event     w goes under maintenance\n"))
    let unknown = try await run([path, "--replan", "--event", "x"])
    #expect(unknown.status == 2 && unknown.errors == "planner-benchmark: \(path): no host x\n")
  }

  @Test func whatCannotBeReadOrWrittenIsNamed() async throws {
    let missing = try await run(["/nowhere.json"])
    #expect(missing.status == 2 && missing.errors == "planner-benchmark: /nowhere.json: No such file or directory\n")
    let path = try instance([InstanceText.vm("a", on: "m")])
    let unwritable = try await run([path, "-o", "/nowhere/plan.json"])
    #expect(unwritable.status == 2 && unwritable.errors == "planner-benchmark: /nowhere/plan.json: No such file or directory\n")
  }

  @Test func noPlanIsAnAnswer() async throws {
    let ended = try await run([try instance([InstanceText.vm("a", on: "m", pool: #""q""#)])])
    #expect(ended.status == 0 && ended.output.contains("no plan exists, proved\n  reason   storage\n"))
  }
}
