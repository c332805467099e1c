import Foundation
import Testing

/// What a first run makes, and what is said before there was one.
@Suite struct StateFolderTests {
  private func git(_ program: ReconcileProgram, _ arguments: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/git")
    process.arguments = ["-C", program.folder.path, "-c", "user.name=t", "-c", "user.email=t@example.com"] + arguments
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: text, as: UTF8.self)
  }

  @Test func beforeTheFirstPassStatusSaysSo() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let status = try program.run("status")
    #expect(status.status == 0, "\(status)")
    #expect(status.output.contains("No pass was made yet."), "\(status.output)")
    #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "state").path), "it only looks")
    let json = try program.run("status", "-o", "json")
    #expect(json.status == 0 && json.output.contains("\"fleet\": \"minimal\""), "\(json)")
    #expect(try program.run("history").status == 4, "which has nothing to show")
  }

  @Test func theStateIsKeptOutOfGit() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    _ = try git(program, "init", "-q")
    #expect(try program.run("--yes").status == 0)
    let unknown = try git(program, "status", "--porcelain", "--untracked-files=all")
    #expect(!unknown.contains(" state/"), "\(unknown)")
    #expect(unknown.contains(" manifests/fleet.yaml"), "and nothing else is: \(unknown)")
  }

  /// A folder that holds other things, and one where somebody has decided already.
  @Test func otherFilesAreLeftToTheirOwner() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    _ = try git(program, "init", "-q")
    try program.write("mine", to: "ops/notes.txt")
    #expect(try program.run("--yes", "--state", "ops/reconcile.db").status == 0)
    let unknown = try git(program, "status", "--porcelain", "--untracked-files=all")
    #expect(unknown.contains(" ops/notes.txt") && !unknown.contains("reconcile.db"), "\(unknown)")
    try program.write("# decided", to: "kept/.gitignore")
    #expect(try program.run("--yes", "--state", "kept/reconcile.db").status == 0)
    let kept = try String(contentsOf: program.folder.appending(path: "kept/.gitignore"), encoding: .utf8)
    #expect(kept == "# decided")
  }

  @Test func outsideOfARepositoryNothingIsWritten() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    #expect(try program.run("--yes").status == 0)
    #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "state/.gitignore").path))
  }
}
