import Foundation
import Testing

/// What lies in the folders of state and manifests is no way out of them, and what is in their names begins no line.
@Suite struct UntrustedFilesTests {
  private func link(_ program: ReconcileProgram, _ path: String, to target: String) throws {
    try? FileManager.default.removeItem(at: program.folder.appending(path: path))
    try FileManager.default.createSymbolicLink(
      atPath: program.folder.appending(path: path).path, withDestinationPath: program.folder.appending(path: target).path)
  }

  private func mode(_ program: ReconcileProgram, _ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: program.folder.appending(path: path).path)[.posixPermissions] as? Int ?? 0
  }

  @Test(arguments: ["reconcile.db", "reconcile.db.lock", "reconcile.db-wal", "reconcile.db-shm", "reconcile.db-journal"])
  func noLinkInTheStateFolderIsFollowed(name: String) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    #expect(try program.run("--yes").status == 0)
    try program.write("precious", to: "victim")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: program.folder.appending(path: "victim").path)
    try link(program, "state/\(name)", to: "victim")
    for arguments in [["--dry-run"], ["status"], ["--yes"], ["probe"]] {
      let ended = try program.start(arguments).wait()
      #expect(ended.killedBy == nil, "\(arguments): \(ended)")
      if name != "reconcile.db.lock" || arguments == ["--yes"] { #expect(ended.status == 4, "\(arguments): \(ended)") }
    }
    #expect(try String(contentsOf: program.folder.appending(path: "victim"), encoding: .utf8) == "precious")
    #expect(try mode(program, "victim") == 0o644)
  }

  @Test func aFolderInPlaceOfALogKeepsItsMode() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    #expect(try program.run("--yes").status == 0)
    try? FileManager.default.removeItem(at: program.folder.appending(path: "state/reconcile.db-wal"))
    try FileManager.default.createDirectory(
      at: program.folder.appending(path: "state/reconcile.db-wal"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o755])
    #expect(try program.run("--dry-run").status == 4)
    #expect(try mode(program, "state/reconcile.db-wal") == 0o755)
  }

  @Test(.timeLimit(.minutes(10))) func aPipeForAWorldIsNotWaitedFor() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let world = program.folder.appending(path: "manifests/world/minimal.json")
    try FileManager.default.removeItem(at: world)
    #expect(mkfifo(world.path, 0o644) == 0)
    let ended = try program.run("--dry-run")
    #expect(ended.status == 1 && ended.output.contains("is not a regular file"), "\(ended)")
  }

  @Test func aWorldThatLeavesByALinkIsRefused() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    try FileManager.default.createDirectory(at: program.folder.appending(path: "elsewhere"), withIntermediateDirectories: false)
    try FileManager.default.removeItem(at: program.folder.appending(path: "manifests/world"))
    try link(program, "manifests/world", to: "elsewhere")
    let ended = try program.run("validate")
    #expect(ended.status == 65 && ended.errors.contains("outside of the folder of the manifests"), "\(ended)")
  }

  @Test func aFileNameBeginsNoLine() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    try program.write("kind: [", to: "manifests/a\nerror: forged\n::error::b\u{1b}[2J.yaml")
    let ended = try program.run("validate")
    #expect(ended.status == 65, "\(ended)")
    for line in ended.errors.split(separator: "\n") {
      #expect(!line.hasPrefix("error: forged") && !line.hasPrefix("::") && !line.contains("\u{1b}"), "\(line)")
    }
    let saved = try program.run("--plan", "no\nerror: forged", "--yes")
    #expect(saved.errors.split(separator: "\n").allSatisfy { !$0.hasPrefix("error: forged") }, "\(saved)")
  }

  @Test(arguments: [
    "qemu+ssh://h/system?command=./evil.sh", "test:///default", "esx://h/", "qemu+ext://h/system", "qemu+ssh://u:hunter2@h/system",
  ])
  func connectionsThatDoMoreThanConnectAreInvalid(uri: String) throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    try program.write(
      """
      apiVersion: reconcile/v1
      kind: Fleet
      metadata: {name: f}
      ---
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt}
      ---
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: h}
      spec: {cell: c, connection: "\(uri)"}
      """, to: "manifests/f.yaml")
    for arguments in [["validate"], ["--dry-run"], ["snapshot"]] {
      let ended = try program.start(arguments).wait()
      #expect(ended.status == 65, "\(ended)")
      #expect(ended.errors.contains("manifests/f.yaml:13:29: error: 'connection'") && !ended.errors.contains("hunter2"), "\(ended)")
    }
  }

  /// A listener in place of a pool: it hears of no login that is not meant for it.
  @Test func aListenerCatchesNoLogin() throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    let caught = program.folder.appending(path: "caught").path
    try program.write(
      """
      import http.server, sys
      class H(http.server.BaseHTTPRequestHandler):
          def do_POST(self):
              open(sys.argv[1], 'ab').write(self.rfile.read(int(self.headers.get('Content-Length', 0))) + b'\\n')
              self.send_response(200); self.end_headers(); self.wfile.write(b'{"jsonrpc":"2.0","id":1,"result":"OpaqueRef:s"}')
          def log_message(self, *a): pass
      server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
      print(server.server_address[1], flush=True)
      server.serve_forever()
      """, to: "catch.py")
    let listener = try program.background("/usr/bin/python3", program.folder.appending(path: "catch.py").path, caught)
    defer { listener.terminate() }
    let output = try #require((listener.standardOutput as? Pipe)?.fileHandleForReading.availableData)
    let port = try #require(Int(String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
    try program.write("user=root\npassword=hunter2\naddress=pool.example\n", to: "logins/pool1")
    try program.write("root\nhunter2\n", to: "keyring")
    for file in ["logins/pool1", "keyring"] {
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: program.folder.appending(path: file).path)
    }
    for (credentials, options) in [
      ("{name: pool1}", []), ("{file: \(program.folder.path)/keyring}", []), ("{env: AWS_SECRET}", []),
      ("{env: AWS_SECRET}", ["--allow-credential-paths"]),
    ] {
      try program.write(
        """
        apiVersion: reconcile/v1
        kind: Fleet
        metadata: {name: f}
        ---
        apiVersion: reconcile/v1
        kind: Cell
        metadata: {name: c}
        spec: {hypervisor: xenapi, connection: {url: "http://127.0.0.1:\(port)", insecure: true, credentials: \(credentials)}}
        ---
        apiVersion: reconcile/v1
        kind: Host
        metadata: {name: h}
        spec: {cell: c}
        """, to: "manifests/f.yaml")
      let ended = try program.start(
        ["--dry-run", "--credentials", "logins"] + options, environment: ["AWS_SECRET": "root:hunter2"]
      ).wait()
      #expect([1, 65].contains(ended.status), "\(credentials): \(ended)")
      #expect(!ended.errors.contains("hunter2") && !ended.output.contains("hunter2"))
    }
    #expect(!FileManager.default.fileExists(atPath: caught), "\((try? String(contentsOfFile: caught, encoding: .utf8)) ?? "")")
  }

  @Test func aPrivateProcessLeavesNoCore() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let running = try program.start(["watch", "--interval", "1h"])
    Thread.sleep(forTimeInterval: 1)
    let limits = try String(contentsOfFile: "/proc/\(running.process.processIdentifier)/limits", encoding: .utf8)
    #expect(limits.firstMatch(of: /Max core file size +0 +0/) != nil, "\(limits)")
    running.kill(SIGTERM)
    _ = running.wait()
  }
}
