import Foundation
import Testing

/// What a pull request puts into the manifests' folder chooses no program, and no plan is made of half a commit.
@Suite struct UntrustedRepositoryTests {
  /// A program's folder that is a git repository with the manifests committed.
  private func repository() throws -> ReconcileProgram {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    try program.git("init", "-q", "-b", "main")
    try program.git("add", "manifests")
    try program.git("commit", "-qm", "fleet")
    return program
  }

  private func revision(_ program: ReconcileProgram, environment: [String: String] = [:]) throws -> String? {
    let plan = try program.run("--dry-run", "--output", "json", environment: environment).output
    return (try JSONSerialization.jsonObject(with: Data(plan.utf8)) as? [String: Any])?["revision"] as? String
  }

  @Test(arguments: [["--dry-run"], ["--dry-run", "--snapshot", "seen.json"], ["status"], ["explain", "web-1"], ["probe"], ["snapshot"]])
  func aBareRepositoryInTheFolderRunsNothing(arguments: [String]) throws {
    let program = try repository()
    defer { program.remove() }
    _ = try program.run("--dry-run")
    #expect(try program.run("snapshot", "-o", "seen.json").status == 0)
    _ = try program.run("probe")
    for part in ["HEAD", "objects", "refs"] {
      try FileManager.default.copyItem(
        at: program.folder.appending(path: ".git/\(part)"), to: program.folder.appending(path: "manifests/\(part)"))
    }
    let mark = program.folder.appending(path: "pwned").path
    try program.write(
      """
      [core]
      \trepositoryformatversion = 0
      \tbare = false
      \tworktree = ..
      \tfsmonitor = "echo ran >> \(mark); echo"
      [gpg]
      \tprogram = "echo ran >> \(mark); echo"
      [log]
      \tshowSignature = true
      """, to: "manifests/config")
    try program.git("add", "-f", "-A", "manifests")
    try program.git("commit", "-qm", "pr")
    let ended = try program.start(arguments).wait()
    #expect(ended.killedBy == nil && ended.status != 64 && ended.status != 65, "\(ended)")
    #expect(!FileManager.default.fileExists(atPath: mark), "a program of the folder's choice ran")
    #expect(try revision(program) == program.git("rev-parse", "HEAD"), "the commit is still named")
    #expect(!FileManager.default.fileExists(atPath: mark))
  }

  /// Neither the repository's own configuration nor attributes that a commit brings start anything.
  @Test func configurationOfTheRepositoryRunsNothing() throws {
    let program = try repository()
    defer { program.remove() }
    let mark = program.folder.appending(path: "pwned").path
    for (key, value) in [
      ("core.fsmonitor", "touch \(mark); echo"), ("filter.evil.clean", "touch \(mark); cat"), ("filter.evil.process", "touch \(mark)"),
      ("core.hooksPath", program.folder.appending(path: "hooks").path), ("diff.external", "touch \(mark)"),
      ("gpg.program", "touch \(mark)"),
      ("log.showSignature", "true"), ("core.pager", "touch \(mark)"),
    ] { try program.git("config", key, value) }
    try program.write("* filter=evil diff=evil\n", to: "manifests/.gitattributes")
    try program.write("#!/bin/sh\ntouch \(mark)\n", to: "hooks/post-index-change")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: program.folder.appending(path: "hooks/post-index-change").path)
    try program.write("# a word\n", to: "manifests/note.yaml")
    #expect(try revision(program)?.hasSuffix("-dirty") == true)
    #expect(!FileManager.default.fileExists(atPath: mark))
  }

  @Test func whatIsInTheEnvironmentChoosesNoRepository() throws {
    let program = try repository()
    defer { program.remove() }
    let other = try repository()
    defer { other.remove() }
    try other.git("commit", "-q", "--allow-empty", "-m", "another")
    let environment = ["GIT_DIR": other.folder.appending(path: ".git").path, "GIT_EXTERNAL_DIFF": "false"]
    #expect(try revision(program, environment: environment) == program.git("rev-parse", "HEAD"))
  }

  @Test(.timeLimit(.minutes(10))) func aGitThatHangsIsSaidAndNotWaitedFor() throws {
    let program = try repository()
    defer { program.remove() }
    try program.write("#!/bin/sh\nsleep 600\n", to: "bin/git")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.folder.appending(path: "bin/git").path)
    let start = ContinuousClock.now
    let ended = try program.run("--dry-run", environment: ["PATH": "\(program.folder.path)/bin:/usr/bin:/bin"])
    #expect(ended.status == 4, "\(ended)")
    #expect(ended.errors.contains("git did not answer about"), "\(ended)")
    #expect(ContinuousClock.now - start < .seconds(40))
  }

  @Test func whatWasReadIsWhatTheRevisionNames() throws {
    let program = try repository()
    defer { program.remove() }
    let commit = try program.git("rev-parse", "HEAD")
    #expect(try revision(program) == commit)
    // Files that are no manifests do not matter; a commit elsewhere neither.
    try program.write("notes\n", to: "manifests/README")
    try program.git("commit", "-q", "--allow-empty", "-m", "elsewhere")
    #expect(try revision(program) == commit)
    // A manifest that git ignores is read all the same, so the commit does not vouch for it.
    try program.write("*.yaml\n", to: "manifests/.gitignore")
    try program.write("# a word\n", to: "manifests/ignored.yaml")
    #expect(try revision(program) == "\(commit)-dirty")
    try FileManager.default.removeItem(at: program.folder.appending(path: "manifests/ignored.yaml"))
    #expect(try revision(program) == commit)
    try FileManager.default.removeItem(at: program.folder.appending(path: "manifests/README"))
    // As if nothing had changed: git would have believed the index.
    try program.git("update-index", "--assume-unchanged", "manifests/fleet.yaml")
    let file = program.folder.appending(path: "manifests/fleet.yaml")
    try Data((try String(contentsOf: file, encoding: .utf8) + "# more\n").utf8).write(to: file)
    #expect(try revision(program) == "\(commit)-dirty")
  }

  @Test func linksWithinTheFolderAreComparedAsLinks() throws {
    let program = try repository()
    defer { program.remove() }
    try FileManager.default.moveItem(
      at: program.folder.appending(path: "manifests/fleet.yaml"), to: program.folder.appending(path: "manifests/fleet.txt"))
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.appending(path: "manifests/fleet.yaml").path, withDestinationPath: "fleet.txt")
    try program.git("add", "-A", "manifests")
    try program.git("commit", "-qm", "a link")
    #expect(try revision(program) == program.git("rev-parse", "HEAD"))
    let file = program.folder.appending(path: "manifests/fleet.txt")
    try Data((try String(contentsOf: file, encoding: .utf8) + "# more\n").utf8).write(to: file)
    #expect(try revision(program)?.hasSuffix("-dirty") == true)
  }

  /// Half of a checkout on disk, the other half not yet: git holds its index locked meanwhile.
  @Test func halfACheckoutIsRefused() throws {
    let program = try repository()
    defer { program.remove() }
    try program.write("# a word\n", to: "manifests/first-half.yaml")
    try program.write("", to: ".git/index.lock")
    let ended = try program.run("--dry-run")
    #expect(ended.status == 4, "\(ended)")
    #expect(ended.errors.contains("change while they are read; nothing was done\n  hint: a git command is at work there"), "\(ended)")
    try FileManager.default.removeItem(at: program.folder.appending(path: ".git/index.lock"))
    #expect(try program.run("--dry-run").status != 4)
  }

  /// Checkouts back and forth between two commits while plans are made: each plan names contents that somebody committed.
  @Test(.timeLimit(.minutes(10))) func noPlanIsMadeOfHalfACommit() throws {
    let program = try repository()
    defer { program.remove() }
    // Two commits that differ in every file; a mixture of them would have a hash of neither.
    for number in 0..<300 { try program.write("# one\n", to: "manifests/many/\(number).yaml") }
    try program.git("add", "-A", "manifests")
    try program.git("commit", "-qm", "one")
    let one = try program.git("rev-parse", "HEAD")
    for number in 0..<300 { try program.write("# two\n", to: "manifests/many/\(number).yaml") }
    try program.git("commit", "-qam", "two")
    let two = try program.git("rev-parse", "HEAD")
    func plan() throws -> (revision: String, hash: String)? {
      let ended = try program.run("--dry-run", "--output", "json")
      guard ended.status != 4 else { return nil }
      let plan = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
      return ((plan?["revision"] as? String) ?? "", (plan?["manifestsHash"] as? String) ?? "")
    }
    var hashes: [String: String] = [:]
    for commit in [one, two] {
      try program.git("checkout", "-q", commit)
      let made = try #require(try plan())
      #expect(made.revision == commit)
      hashes[made.hash] = commit
    }
    let churn = try program.background("/bin/sh", "-c", "while :; do git checkout -qf \(one); git checkout -qf \(two); done")
    defer { churn.terminate() }
    for _ in 0..<20 {
      guard let made = try plan() else { continue }
      let whose = try #require(hashes[made.hash], "a plan of contents nobody committed, under \(made.revision)")
      if !made.revision.hasSuffix("-dirty") { #expect(made.revision == whose) }
    }
  }
}

extension ReconcileProgram {
  @discardableResult
  func git(_ arguments: String...) throws -> String {
    let process = try background("/usr/bin/env", ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"] + arguments)
    let output = process.standardOutput as? Pipe
    let bytes = output?.fileHandleForReading.readDataToEndOfFile() ?? Data()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func background(_ program: String, _ arguments: String...) throws -> Process { try background(program, arguments) }

  private func background(_ program: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = Pipe()
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }
}
