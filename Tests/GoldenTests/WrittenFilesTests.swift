import Foundation
import Testing

/// Where `--out` and `-o` lead, and what is said when standard output takes nothing more.
@Suite struct WrittenFilesTests {
  private func shell(_ program: ReconcileProgram, _ command: String) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "set -o pipefail; \(command)", ReconcileProgram.executable.path]
    process.currentDirectoryURL = program.folder
    let errors = Pipe()
    (process.standardInput, process.standardError) = (FileHandle.nullDevice, errors)
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  private func kind(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  private func text(_ program: ReconcileProgram, _ name: String) throws -> String {
    try String(contentsOf: program.folder.appending(path: name), encoding: .utf8)
  }

  @Test func aDeviceIsWrittenToAndStaysOne() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    // A node of our own, of the same device as /dev/null; where none may be made the real one serves, which then cannot be replaced either.
    var path = program.folder.appending(path: "null").path
    if mknod(path, S_IFCHR | 0o666, dev_t(0x103)) != 0 { path = "/dev/null" }
    #expect(try program.run("--dry-run", "--out", path).status == 0)
    #expect(try program.run("snapshot", "-o", path).status == 0)
    #expect(kind(path) == S_IFCHR)
  }

  @Test(.timeLimit(.minutes(5))) func aPipeIsWrittenToWhereItIsRead() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let pipe = program.folder.appending(path: "pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    let unread = try program.run("snapshot", "-o", pipe)
    #expect(unread.status == 64 && unread.errors.contains("is a pipe that nobody reads"), "\(unread)")
    #expect(kind(pipe) == S_IFIFO)
    let read = try shell(program, "cat pipe > copy & sleep 1; \"$0\" snapshot -o pipe; status=$?; wait; exit $status")
    #expect(read.status == 0 && kind(pipe) == S_IFIFO, "\(read)")
    #expect(try text(program, "copy").contains("\"kind\": \"Observation\""))
  }

  @Test func aLinkIsFollowedAndStaysOne() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    try program.write("old", to: "there/plan.json")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: program.folder.appending(path: "there/plan.json").path)
    let link = program.folder.appending(path: "plan.json").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "there/plan.json")
    #expect(try program.run("--dry-run", "--out", "plan.json").status == 0)
    #expect(kind(link) == S_IFLNK)
    #expect(try text(program, "there/plan.json").contains("\"kind\": \"Plan\""))
    let mode = try FileManager.default.attributesOfItem(atPath: program.folder.appending(path: "there/plan.json").path)[.posixPermissions]
    #expect(mode as? Int == 0o600, "a file keeps its mode")
    try FileManager.default.removeItem(at: program.folder.appending(path: "there/plan.json"))
    let dangling = try program.run("--dry-run", "--out", "plan.json")
    #expect(dangling.status == 64 && dangling.errors.contains("is a link to a file that is not there"), "\(dangling)")
    let folder = try program.run("--dry-run", "--out", "there")
    #expect(folder.status == 64 && folder.errors.contains("is a folder, not a file"), "\(folder)")
  }

  /// `/dev/stdout` leads to the very file that the shell made: another in its place would leave the report in a file without a name.
  @Test func standardOutputByItsPathIsTheSameFile() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    #expect(try shell(program, "\"$0\" --dry-run --out /dev/stdout > both").status == 0)
    let both = try text(program, "both")
    #expect(both.contains("\"kind\": \"Plan\"") && both.contains("Plan for fleet"), "\(both)")
    #expect(try shell(program, "\"$0\" snapshot -o /dev/stdout | cat > piped").status == 0)
    #expect(try text(program, "piped").contains("\"kind\": \"Observation\""))
  }

  @Test(arguments: [
    "--dry-run", "--dry-run --output json", "validate", "status", "history", "explain web-1", "snapshot", "probe", "schema plan",
    "completion bash", "--help", "--version", "--yes",
  ])
  func aReportThatIsLostIsNoSuccess(command: String) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    if ["status", "history"].contains(command) { #expect(try program.run("probe").status == 0) }
    let full = try shell(program, "\"$0\" \(command) > /dev/full")
    #expect(full.status == 4, "\(full)")
    #expect(full.errors.contains("error: standard output cannot be written: No space left on device"), "\(full)")
    if command == "--yes" {
      #expect(try program.run("--dry-run", "--detailed-exitcode").status == 0, "what was begun is carried out all the same")
    }
  }

  @Test func aReaderThatHasEnoughIsNoError() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let ended = try shell(program, "\"$0\" schema manifest | head -1 >/dev/null")
    #expect(ended.status == 0 && ended.errors == "", "\(ended)")
  }
}
