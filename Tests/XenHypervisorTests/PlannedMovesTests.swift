import Fleet
import Foundation
import Hypervisor
import Testing
import XenHypervisor
import XenSupport

/// What a pool says of moves that were planned.
@Suite struct PlannedMovesTests {
  private static let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)
  private static let hosts: [HostName] = ["h1", "h2", "h3"]

  private static func uuid(_ number: Int) -> String { "6f0c2c66-0000-4000-8000-00000000000\(number)" }

  private struct Rig {
    let peer: XenPeer
    let driver: XenHypervisor

    func words(_ moves: [Move], _ policy: MigrationPolicy = MigrationPolicy()) async -> HypervisorsWord {
      await driver.words(on: moves.map { ($0, policy) }, deadline: Deadline(milliseconds: 60_000))
    }
  }

  private func rig(
    _ options: [String] = [], storage: String = "nfs", addresses: [HostName: String] = [:], _ edit: (inout SmallPool) -> Void = { _ in }
  ) async throws -> Rig {
    var pool = SmallPool(hosts: Self.hosts.map(\.rawValue))
    for number in 1...4 {
      pool.addGuest("web\(number)", uuid: Self.uuid(number), on: "h1", memoryBytes: 1 << 30, storage: storage)
    }
    edit(&pool)
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let peer = try await XenPeer(file.path, options)
    let driver = XenHypervisor(
      cell: DesiredCell(name: "pool", connection: .xenapi(peer.connection), location: Self.place),
      hosts: Self.hosts.map { DesiredHost(name: $0, cell: "pool", migrationAddress: addresses[$0], location: Self.place) },
      writer: WriterIdentity(fleet: "f", writer: "ours", epoch: 1), links: XenLinks(),
      now: { Timestamp(milliseconds: 1_800_000_000_000) })
    return Rig(peer: peer, driver: driver)
  }

  private func move(_ number: Int, to host: HostName, _ mode: MigrationMode = .live, copies: Bool = false, after: [String] = []) -> Move {
    let disk = DiskMove(target: "xvda", action: copies ? .copy : .share, toPool: copies ? "ssd" : nil, bytes: copies ? 1000 : 0)
    var move = Move(
      id: "m\(number)", instance: InstanceName("web\(number)"), uuid: InstanceUUID(Self.uuid(number)), cell: "pool", from: "h1", to: host,
      mode: mode, storage: copies ? .local : .shared, disks: [disk], reason: MoveReason(kind: .maintenance, text: "test"), bytes: 1, cost: 1
    )
    move.after = after
    return move
  }

  @Test func eachMoveIsAskedAboutOnce() async throws {
    let rig = try await rig()
    let word = await rig.words((1...4).map { move($0, to: "h2") })
    #expect(word == HypervisorsWord())
    let asked = rig.peer.asked()
    #expect(asked.count { $0 == "VM.assert_can_boot_here" } == 4)
    #expect(asked.count { $0.hasSuffix("get_all_records") } == 1)
    #expect(asked.count == 14, "login, hosts, and three calls a move: \(asked)")
  }

  @Test func aFullHostIsARefusalOfTheFirstMovesOnly() async throws {
    let rig = try await rig { pool in
      pool.change("host_metrics", "h2") { $0["memory_total"] = String(2 << 30) }
    }
    let word = await rig.words([move(1, to: "h2"), move(2, to: "h2", after: ["m1"]), move(3, to: "h3")])
    #expect(word.refusals.map(\.instance) == ["web1"], "\(word)")
    #expect(word.refusals.first?.host == "h2" && word.refusals.first?.onlineOnly == false)
    #expect(word.refusals.first?.text.contains("HOST_NOT_ENOUGH_FREE_MEMORY") == true)
    #expect(word.unanswered.isEmpty)
  }

  @Test func processorsThatDoNotFitLeaveAReboot() async throws {
    let rig = try await rig { pool in
      pool.change("VM", "web1") { $0["last_boot_CPU_flags"] = ["features_replay": "9"] }
      pool.change("host", "h2") { $0["cpu_info"] = ["cpu_count": "8", "features_replay": "1"] }
    }
    let live = await rig.words([move(1, to: "h2")])
    #expect(live.refusals.map(\.onlineOnly) == [true])
    #expect(await rig.words([move(1, to: "h2", .cold)]) == HypervisorsWord())
  }

  @Test func aVetoOfAnOperatorHoldsForAllHosts() async throws {
    let rig = try await rig { pool in pool.change("VM", "web1") { $0["blocked_operations"] = ["pool_migrate": "payday"] } }
    let word = await rig.words([move(1, to: "h2")])
    #expect(word.refusals.map(\.host) == ["h2", "h3"])
    #expect(word.refusals.allSatisfy { $0.onlineOnly && $0.text.contains("payday") }, "\(word)")
  }

  /// A shutdown takes the protection of high availability off, so that it is no reason against one.
  @Test(arguments: [true, false]) func onlyAVetoIsAgainstAShutdown(copies: Bool) async throws {
    let rig = try await rig(storage: copies ? "ssd-h1" : "nfs") { pool in
      pool.change("pool", "pool") { $0["ha_enabled"] = true }
      pool.change("VM", "web1") {
        $0["ha_restart_priority"] = "restart"
        $0["ha_always_run"] = true
      }
      pool.change("VM", "web2") { $0["blocked_operations"] = ["clean_shutdown": "payday"] }
    }
    let word = await rig.words((1...3).map { move($0, to: "h2", .cold, copies: copies) })
    #expect(word.refusals.map(\.instance) == ["web2", "web2"], "\(word)")
    #expect(word.refusals.last?.text.contains("payday") == true)
    #expect(word.refusals.allSatisfy { !$0.onlineOnly })
  }

  /// Before the guest is shut down for it.
  @Test func theSendOfAColdMoveIsAskedAboutWhileTheGuestRuns() async throws {
    let rig = try await rig(storage: "ssd-h1") { pool in pool.change("VDI", "web2") { $0["cbt_enabled"] = true } }
    let word = await rig.words([move(1, to: "h2", .cold, copies: true), move(2, to: "h2", .cold, copies: true)])
    #expect(word.refusals.map(\.instance) == ["web2"], "\(word)")
    #expect(word.refusals.first?.text.contains("changed block tracking") == true)
    #expect(rig.peer.asked().count { $0 == "session.logout" } == 2)
  }

  @Test func requiredEncryptionIsHeldAgainstPlainHTTP() async throws {
    let rig = try await rig { pool in pool.change("host", "h3") { $0["https_only"] = true } }
    var policy = MigrationPolicy()
    policy.encryption = .required
    let word = await rig.words([move(1, to: "h2"), move(2, to: "h3")], policy)
    #expect(word.refusals.map(\.host) == ["h2"])
    #expect(word.refusals.first?.onlineOnly == true && word.refusals.first?.text.contains("h2 takes plain HTTP") == true, "\(word)")
  }

  @Test func aMigrationAddressMustBeThere() async throws {
    let rig = try await rig(addresses: ["h2": "192.0.2.2", "h3": "198.51.100.9"])
    let word = await rig.words([move(1, to: "h2"), move(2, to: "h3")])
    #expect(word.refusals.map(\.host) == ["h3"])
    #expect(word.refusals.first?.text.contains("no interface of h3 has its migrationAddress 198.51.100.9") == true, "\(word)")
  }

  @Test(arguments: [MigrationMode.cold, .offline]) func aCDIsNotCopied(mode: MigrationMode) async throws {
    let rig = try await rig(storage: "ssd-h1") { pool in
      pool.addDisk("cd", of: "web1", device: "xvdd", type: "CD", storage: "ssd-h1")
      if mode == .offline { pool.change("VM", "web1") { ($0["power_state"], $0["resident_on"]) = ("Halted", "OpaqueRef:NULL") } }
    }
    var planned = move(1, to: "h2", mode, copies: true)
    planned.disks.append(DiskMove(target: "xvdd", action: .copy, toPool: "ssd", media: true, bytes: 1))
    let word = await rig.words([planned])
    #expect(word.refusals.map(\.host) == ["h2"])
    #expect(
      word.refusals.first?.text.contains("xvdd of web1 is on storage that h2 lacks, and a pool copies no CDs: eject it") == true, "\(word)")
  }

  @Test func aCheckOfDisksLeavesNoSessionBehind() async throws {
    let rig = try await rig(storage: "ssd-h1") { pool in pool.change("VDI", "web2") { $0["cbt_enabled"] = true } }
    let word = await rig.words([move(1, to: "h2", .block, copies: true), move(2, to: "h2", .block, copies: true)])
    #expect(word.refusals.map(\.instance) == ["web2"], "\(word)")
    #expect(word.refusals.first?.text.contains("changed block tracking") == true)
    let asked = rig.peer.asked()
    #expect(asked.count { $0 == "host.migrate_receive" } == 2)
    #expect(asked.count { $0 == "session.logout" } == 2)
    #expect(asked.count { $0.hasPrefix("Async.") } == 0)
  }

  @Test func noAnswerIsNoRefusal() async throws {
    let rig = try await rig(["--fault", "VM.assert_can_boot_here=RBAC_PERMISSION_DENIED:9"])
    let word = await rig.words([move(1, to: "h2")])
    #expect(word.refusals.isEmpty)
    #expect(word.unanswered.first?.hasPrefix("web1 to h2: the pool refuses with RBAC_PERMISSION_DENIED") == true, "\(word)")
    rig.peer.kill()
    let dead = await rig.driver.words(on: [(move(2, to: "h2"), MigrationPolicy())], deadline: Deadline(milliseconds: 2_000))
    #expect(dead.refusals.isEmpty && dead.unanswered.count == 1)
  }
}
