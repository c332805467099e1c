import Foundation
import Testing

/// What the program leaves when it dies of a defect: a word of what it was doing, and no secret.
@Suite struct CrashTests {
  /// A run that is carrying out its plan.
  private func running(_ program: ReconcileProgram) throws -> Running {
    let running = try program.start(["--yes"])
    let world = program.folder.appending(path: "state/simulated/east.json")
    var waits = 0
    while !hasJobs(world), waits < Self.waitsMax {
      usleep(20_000)
      waits += 1
    }
    #expect(waits < Self.waitsMax, "no move began within \(Self.waitsMax / 50) s")
    return running
  }
  private static let waitsMax = 3_000

  private func hasJobs(_ world: URL) -> Bool {
    guard let data = try? Data(contentsOf: world), let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      return false
    }
    return !(json["jobs"] as? [Any] ?? []).isEmpty
  }

  @Test(arguments: [SIGSEGV, SIGILL, SIGABRT, SIGTRAP, SIGBUS, SIGFPE]) func itSaysWhatItWasDoing(signal: Int32) throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    let running = try running(program)
    running.kill(signal)
    let ended = running.wait()
    #expect(ended.killedBy == signal, "\(ended)")
    #expect(ended.errors.contains("fatal: reconcile died of a defect while carrying out the plan; nothing more starts"), "\(ended.errors)")
    #expect(ended.errors.contains("the next run takes it up from the journal"))
    let files = try FileManager.default.contentsOfDirectory(atPath: program.folder.path)
    #expect(!files.contains { $0.hasPrefix("core") }, "\(files)")
  }

  /// Whoever may not trace it cannot read its memory, environment or descriptors: the kernel gives them to root.
  @Test(.enabled(if: geteuid() == 0, "needs root, to run it as somebody else")) func noOtherProcessOfItsUserReadsItsMemory() throws {
    let program = try ReconcileProgram(copying: "manifests")
    defer { program.remove() }
    let nobody: UInt32 = 65_534
    let folder = program.folder.path
    for name in [""] + (FileManager.default.subpaths(atPath: folder) ?? []) { #expect(chown("\(folder)/\(name)", nobody, nobody) == 0) }
    #expect(try owner(of: ["/bin/sleep", "60"], in: program, as: nobody) == nobody, "the test sees the owner of what hides nothing")
    #expect(try owner(of: [try copy(program).path, "watch", "--interval", "60s"], in: program, as: nobody) == 0)
  }

  /// The program where anybody may run it; that of the build is in a folder of root's.
  private func copy(_ program: ReconcileProgram) throws -> URL {
    let copy = program.folder.appending(path: "reconcile")
    try FileManager.default.copyItem(at: ReconcileProgram.executable, to: copy)
    return copy
  }

  /// Who owns the environment of the running command, once it has begun.
  private func owner(of command: [String], in program: ReconcileProgram, as user: UInt32) throws -> UInt32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/setpriv")
    process.arguments = ["--reuid=\(user)", "--regid=\(user)", "--clear-groups"] + command
    process.currentDirectoryURL = program.folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    let name = URL(filePath: command[0]).lastPathComponent
    let folder = "/proc/\(process.processIdentifier)"
    for _ in 0..<500 {
      let comm = (try? String(contentsOfFile: "\(folder)/comm", encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
      // A moment for what it asks of the kernel before anything else.
      if comm == name {
        usleep(1_000_000)
        break
      }
      usleep(20_000)
    }
    var status = stat()
    #expect(stat("\(folder)/environ", &status) == 0)
    return status.st_uid
  }
}
