import Foundation
import Testing
import XenSupport

/// A recorded pool of two hosts, one of them in maintenance: drained, verified and brought back by the built program, over TLS.
@Suite(.serialized) struct XenPoolTests {
  private func manifests(_ peer: XenPeer, maintenance: Bool) -> String {
    let guests = [("Shared", "dt16"), ("Local", "dt16"), ("OnMasterShared", "dt23"), ("OnMasterLocal", "dt23")]
    return """
      apiVersion: reconcile/v1
      kind: Fleet
      metadata: {name: pools}
      ---
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: tampa}
      spec:
        hypervisor: xenapi
        connection: {url: "\(peer.url)", pin: "\(peer.pin)", credentials: {name: login}}
      ---
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: dt16}
      spec: {cell: tampa\(maintenance ? ", maintenance: {enabled: true, reason: new kernel}" : "")}
      ---
      apiVersion: reconcile/v1
      kind: Host
      metadata: {name: dt23}
      spec: {cell: tampa}

      """
        + guests.map {
          "---\napiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: \($0.0)}\nspec: {cell: tampa, placement: {host: \($0.1)}}\n"
        }.joined()
  }

  /// The login that the manifest names, bound to this peer alone.
  private func allow(_ peer: XenPeer, _ program: ReconcileProgram) throws {
    try program.write("user=root\npassword=secret\naddress=127.0.0.1:\(peer.port)\n", to: "logins/login")
    let path = program.folder.appending(path: "logins/login").path
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  private func effects(_ peer: XenPeer) -> [String] { peer.log().compactMap { $0["call"] as? String }.filter { !$0.hasPrefix("task.") } }

  @Test func aHostIsDrainedAndBroughtBack() async throws {
    let peer = try await XenPeer("two-host-iscsi", ["--seconds-per-gib", "0.5"])
    let program = try ReconcileProgram()
    defer { program.remove() }
    try allow(peer, program)
    try program.write(manifests(peer, maintenance: true), to: "manifests/pool.yaml")

    let preview = try program.run("--dry-run")
    #expect(preview.status == 3, "\(preview.output)\(preview.errors)")
    #expect(preview.output.contains("dt16: closed to new guests before anything moves - maintenance: new kernel"), "\(preview.output)")
    #expect(preview.output.contains("Shared") && preview.output.contains("1 move"), "\(preview.output)")
    #expect(effects(peer).isEmpty, "a dry run changes nothing: \(effects(peer))")

    #expect(peer.asked().count { $0 == "session.login_with_password" } == 1 && peer.asked().last == "session.logout")

    let drain = try program.run("--yes")
    #expect(drain.status == 3, "\(drain.output)\(drain.errors)")
    #expect(drain.output.contains("dt16: closed to new guests (maintenance: new kernel)"), "\(drain.output)")
    let done = effects(peer)
    let disabled = try #require(done.firstIndex(of: "host.disable"), "\(done)")
    let moved = try #require(done.firstIndex(of: "VM.pool_migrate"), "\(done)")
    #expect(disabled < moved)
    #expect(done.count { $0 == "VM.pool_migrate" } == 1)
    #expect(try program.run("status").output.contains("dt16"))

    // The next pass has nothing to do, and does nothing.
    let quiet = try program.run("--yes")
    #expect(quiet.status == 3, "\(quiet.output)\(quiet.errors)")
    #expect(effects(peer) == done, "\(quiet.output)")

    try program.write(manifests(peer, maintenance: false), to: "manifests/pool.yaml")
    let back = try program.run("--yes")
    #expect(back.status == 0, "\(back.output)\(back.errors)")
    #expect(back.output.contains("dt16: open again"), "\(back.output)")
    #expect(effects(peer).count { $0 == "host.enable" } == 1)
    #expect(effects(peer).count { $0 == "VM.pool_migrate" } == 2)
    #expect(peer.violations().isEmpty)
    let rest = try program.run("--dry-run")
    #expect(rest.status == 0 && rest.output.contains("4 instances, nothing to do"), "\(rest.output)")
    for ended in [preview, drain, back, rest] { #expect(!(ended.output + ended.errors).contains("secret")) }
  }

  private static let drainedGuests = 34
  /// Calls a move of a drain, all that the run asks besides among them.
  private static let callsPerMoveMax = 25

  /// A pool's master has other work to do than to answer us.
  @Test func aDrainTakesFewCallsAndConnections() async throws {
    var pool = SmallPool(hosts: (1...4).map { "h\($0)" })
    for number in 0..<Self.drainedGuests {
      pool.addGuest(
        "vm\(number)", uuid: "6f0c2c66-0000-4000-8000-\(100_000_000_000 + number)", on: "h1", memoryBytes: 256 << 20, storage: "nfs")
    }
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = try await XenPeer(file.path, ["--seconds-per-gib", "4"])
    let program = try ReconcileProgram()
    defer { program.remove() }
    try allow(peer, program)
    let head = manifests(peer, maintenance: true).replacing("dt16", with: "h1").replacing("dt23", with: "h2")
      .components(separatedBy: "---\napiVersion: reconcile/v1\nkind: Instance")[0]
    let hosts = ["h3", "h4"].map { "---\napiVersion: reconcile/v1\nkind: Host\nmetadata: {name: \($0)}\nspec: {cell: tampa}\n" }.joined()
    let guests = (0..<Self.drainedGuests).map {
      "---\napiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: vm\($0)}\nspec: {cell: tampa}\n"
    }.joined()
    try program.write(head + hosts + guests, to: "manifests/pool.yaml")
    let ended = try program.run("--yes")
    #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
    #expect(effects(peer).count { $0 == "VM.pool_migrate" } == Self.drainedGuests)
    let counts = Dictionary(peer.asked().map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.value > $1.value }
    let told = counts.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    // Waiting takes calls as long as it lasts, on a busy machine longer.
    let calls = peer.asked().count { !["task.get_record", "event.from"].contains($0) }
    #expect(calls <= Self.callsPerMoveMax * Self.drainedGuests, "\(calls) calls without waiting: \(told)")
    // As many as are asked at once, not one a call.
    #expect(peer.connections() * 10 <= peer.asked().count, "\(peer.connections()) connections for \(peer.asked().count) calls")
    // Events of the tasks that run, and of nothing else.
    let batches = peer.log().filter { $0["asked"] as? String == "event.from" }
    #expect(!batches.isEmpty)
  }

  /// A guest on a host of the pool that no manifest names is seen, told, and brought to where it belongs.
  @Test func aHostThatNoManifestNamesMayBeASource() async throws {
    var pool = SmallPool(hosts: ["h1", "h2", "host3"])
    pool.addGuest("web", uuid: "6f0c2c66-0000-4000-8000-000000000001", on: "host3", memoryBytes: 1 << 30, storage: "nfs")
    pool.addGuest("db", uuid: "6f0c2c66-0000-4000-8000-000000000002", on: "host3", memoryBytes: 1 << 30, storage: "nfs")
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = try await XenPeer(file.path, ["--seconds-per-gib", "0.1"])
    let program = try ReconcileProgram()
    defer { program.remove() }
    try allow(peer, program)
    let head = manifests(peer, maintenance: false).replacing("dt16", with: "h1").replacing("dt23", with: "h2")
      .components(separatedBy: "---\napiVersion: reconcile/v1\nkind: Instance")[0]
    try program.write(
      head + "---\napiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: web}\nspec: {cell: tampa, placement: {host: h1}}\n"
        + "---\napiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: db}\nspec: {cell: tampa}\n", to: "manifests/pool.yaml")
    let preview = try program.run("--dry-run")
    #expect(!preview.output.contains("does not answer") && preview.output.contains("1 move"), "\(preview.output)")
    #expect(
      preview.output.replacing(/\s+/, with: " ").contains("db, web run on host3 of the pool, which no manifest declares"),
      "\(preview.output)")
    for _ in 0..<2 {
      let ended = try program.run("--yes")
      #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
      #expect(!ended.output.contains("last seen on host3"), "\(ended.output)")
    }
    #expect(effects(peer).count { $0 == "VM.pool_migrate" } == 1)
    #expect(try program.run("explain", "web").output.contains("h1"))
    let rest = try program.run("--dry-run")
    #expect(rest.output.replacing(/\s+/, with: " ").contains("db runs on host3 of the pool, which no manifest declares"), "\(rest.output)")
    // No manifest ever had it, so that a pool that does not answer is no reason to say that it left them.
    peer.kill()
    let silent = try program.run("--dry-run")
    #expect(!silent.output.contains("left the manifests"), "\(silent.output)")
  }

  /// One fault of the way to the pool is told once, whatever the number of its hosts.
  @Test func aPoolThatDoesNotAnswerIsToldOnce() async throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    let peer = try await XenPeer()
    try allow(peer, program)
    peer.kill()
    let head = manifests(peer, maintenance: false).components(separatedBy: "---\napiVersion: reconcile/v1\nkind: Host")[0]
    let hosts = (1...64).map { "---\napiVersion: reconcile/v1\nkind: Host\nmetadata: {name: h\($0)}\nspec: {cell: tampa}\n" }.joined()
    try program.write(
      head + hosts + "---\napiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: web}\nspec: {cell: tampa}\n",
      to: "manifests/pool.yaml")
    // A run shows its plan and, at its end, what is left to do.
    for (command, times) in [("--dry-run", 1), ("--yes", 2), ("status", 1), ("probe", 1)] {
      let ended = try program.run(command)
      let text = (ended.output + ended.errors).replacing(/\s+/, with: " ")
      #expect(text.matches(of: /nothing answers at/).count == times, "\(command): \(ended.output)\(ended.errors)")
      #expect(ended.status == (command == "status" ? ended.status : 1), "\(command): \(ended.status)")
    }
  }

  /// No guest failed: what the pool refuses is an operation of the host, which stands until somebody acts.
  @Test func aHostThatCannotBeClosedIsNotDrained() async throws {
    let peer = try await XenPeer("two-host-iscsi", ["--seconds-per-gib", "0.1", "--fault", "host.disable=RBAC_PERMISSION_DENIED:99"])
    let program = try ReconcileProgram()
    defer { program.remove() }
    try allow(peer, program)
    try program.write(manifests(peer, maintenance: true), to: "manifests/pool.yaml")
    for _ in 0..<4 {
      let run = try program.run("--yes")
      #expect(run.status == 3, "\(run.output)\(run.errors)")
      #expect(run.output.contains("dt16 is not closed to new guests, so nothing is moved in cell"), "\(run.output)\(run.errors)")
      #expect(!run.output.contains("Did not succeed") && !run.output.contains("its last 3 moves failed"), "\(run.output)")
    }
    #expect(!effects(peer).contains("VM.pool_migrate"))
    let status = try program.run("status")
    #expect(status.output.contains("dt16 is not closed to new guests") && status.output.contains("RBAC"), "\(status.output)")
    let history = try program.run("history")
    #expect(history.output.contains("Beside the moves (4)") && !history.output.contains("Moves ("), "\(history.output)")
    let moves = try program.run("history", "--moves")
    #expect(moves.output == "Nothing that is recorded fits.\n")
    try program.write(manifests(peer, maintenance: false), to: "manifests/pool.yaml")
    #expect(try !program.run("status").output.contains("is not closed"), "nobody wants it closed any more")
  }

  @Test func aPoolThatSaysYesAndMovesNothingIsNotBelieved() async throws {
    let peer = try await XenPeer("two-host-iscsi", ["--seconds-per-gib", "0.1", "--lazy"])
    let program = try ReconcileProgram()
    defer { program.remove() }
    try allow(peer, program)
    try program.write(manifests(peer, maintenance: true), to: "manifests/pool.yaml")
    let first = try program.run("--yes")
    #expect(first.status == 1, "\(first.output)\(first.errors)")
    #expect((first.output + first.errors).contains("is not where it was to be"), "\(first.output)\(first.errors)")
    let tries = effects(peer).count { $0 == "VM.pool_migrate" }
    #expect(tries >= 1 && tries <= 5)
    let second = try program.run("--yes")
    #expect(second.output.contains("backing off"), "\(second.output)")
    #expect(effects(peer).count { $0 == "VM.pool_migrate" } == tries, "it is not tried again at once")
  }

  @Test func aHostThatSomebodyElseDisabledIsLeftAlone() async throws {
    var pool = SmallPool()
    pool.change("host", "h2") { $0["enabled"] = false }
    pool.addGuest("web", uuid: "6f0c2c66-0000-4000-8000-000000000001", on: "h1", memoryBytes: 1 << 30, storage: "nfs")
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = try await XenPeer(file.path)
    let program = try ReconcileProgram()
    defer { program.remove() }
    try allow(peer, program)
    let text = manifests(peer, maintenance: true).replacing("dt16", with: "h1").replacing("dt23", with: "h2")
    try program.write(
      text.components(separatedBy: "---\napiVersion: reconcile/v1\nkind: Instance")[0]
        + "---\napiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: web}\nspec: {cell: tampa}\n", to: "manifests/pool.yaml")
    let ended = try program.run("--yes")
    #expect(ended.status == 3, "\(ended.output)\(ended.errors)")
    #expect(ended.output.contains("web on h1: no host it may use"), "\(ended.output)")
    #expect(effects(peer).filter { $0.hasPrefix("VM.") || $0 == "host.enable" }.isEmpty, "\(effects(peer))")
  }

  @Test(arguments: [3, 2]) func whatThePoolRefusesIsPlannedAround(hosts: Int) async throws {
    var pool = SmallPool(hosts: (1...hosts).map { "h\($0)" })
    pool.change("host", "h2") { $0["cpu_info"] = ["cpu_count": "1", "vendor": "GenuineIntel", "features_hvm": "17cbfbff-f7fa3223"] }
    pool.addGuest("web", uuid: "6f0c2c66-0000-4000-8000-000000000001", on: "h1", memoryBytes: 1 << 30, storage: "nfs")
    if hosts == 3 {
      // The fuller of two hosts is planned to only once the other is refused.
      pool.addGuest("ballast", uuid: "6f0c2c66-0000-4000-8000-000000000009", on: "h3", memoryBytes: 9 << 30, storage: "nfs")
    }
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = try await XenPeer(file.path, ["--seconds-per-gib", "0.1"])
    let program = try ReconcileProgram()
    defer { program.remove() }
    try allow(peer, program)
    let text = manifests(peer, maintenance: true).replacing("dt16", with: "h1").replacing("dt23", with: "h2")
    let third = hosts == 3 ? "---\napiVersion: reconcile/v1\nkind: Host\nmetadata: {name: h3}\nspec: {cell: tampa}\n" : ""
    try program.write(
      text.components(separatedBy: "---\napiVersion: reconcile/v1\nkind: Instance")[0] + third
        + "---\napiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: web}\nspec: {cell: tampa}\n", to: "manifests/pool.yaml")
    let preview = try program.run("--dry-run", "--out", "plan.json")
    #expect(preview.status == 3 - (hosts == 3 ? 3 : 0), "\(preview.output)\(preview.errors)")
    #expect(
      preview.output.contains("web is not planned to h2: asked about it, the pool refuses with HOST_NOT_ENOUGH_PCPUS"), "\(preview.output)")
    #expect(effects(peer).isEmpty, "a dry run changes nothing: \(effects(peer))")
    if hosts == 2 {
      #expect(
        preview.output.contains("it cannot go to h2: the pool refuses with HOST_NOT_ENOUGH_PCPUS"), "\(preview.output)")
      return
    }
    // The saved plan rests on what the pool said then.
    let ended = try program.run("--plan", "plan.json", "--yes")
    #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
    #expect(ended.output.contains("1 move: 1 succeeded"), "\(ended.output)")
    #expect(effects(peer).count { $0 == "VM.pool_migrate" } == 1)
  }

  /// Its host was closed by us, so that it could not even start there again.
  @Test func aColdMoveThatFailsEndsWhereTheGuestWas() async throws {
    var pool = SmallPool()
    pool.change("host", "h2") {
      $0["cpu_info"] = ["cpu_count": "8", "vendor": "GenuineIntel", "features_hvm": "1", "features_replay": "1"]
    }
    pool.addGuest("web", uuid: "6f0c2c66-0000-4000-8000-000000000001", on: "h1", memoryBytes: 1 << 30, storage: "nfs")
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = try await XenPeer(file.path, ["--seconds-per-gib", "0.1", "--fault", "VM.start_on=SR_BACKEND_FAILURE_44:5"])
    let program = try ReconcileProgram()
    defer { program.remove() }
    try allow(peer, program)
    let text = manifests(peer, maintenance: true).replacing("dt16", with: "h1").replacing("dt23", with: "h2")
    try program.write(
      text.components(separatedBy: "---\napiVersion: reconcile/v1\nkind: Instance")[0]
        + "---\napiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: web}\n"
        + "spec: {cell: tampa, migration: {allow: [live, cold]}}\n", to: "manifests/pool.yaml")
    let ended = try program.run("--yes")
    #expect(ended.status == 1, "\(ended.output)\(ended.errors)")
    #expect(ended.output.contains("cold"), "\(ended.output)")
    #expect((ended.output + ended.errors).contains("SR_BACKEND_FAILURE_44"), "\(ended.output)\(ended.errors)")
    let done = peer.log().filter { $0["ok"] as? Bool == true }.compactMap { $0["call"] as? String }
      .filter { ["VM.clean_shutdown", "VM.start_on", "host.enable", "host.disable"].contains($0) }
    #expect(done == ["host.disable", "VM.clean_shutdown", "host.enable", "VM.start_on", "host.disable"])
    #expect(ended.output.contains("it is on h1 as before"), "\(ended.output)")
  }
}
