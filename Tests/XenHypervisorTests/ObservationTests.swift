import Fleet
import Foundation
import Hypervisor
import Synchronization
import Testing
import XenHypervisor
import XenSupport

/// What a pool's records become for planning.
@Suite struct ObservationTests {
  private static let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)

  private func observe(
    _ peer: XenPeer, _ hosts: [HostName], counting counter: CallCounter = CallCounter(), inMaintenance: Set<HostName> = []
  ) async -> CellObservation {
    let driver = XenHypervisor(
      cell: DesiredCell(name: "pool", connection: .xenapi(peer.connection), location: Self.place),
      hosts: hosts.map {
        DesiredHost(
          name: $0, cell: "pool", maintenance: inMaintenance.contains($0) ? Maintenance(location: Self.place) : nil, location: Self.place)
      },
      writer: WriterIdentity(fleet: "f", writer: "ours", epoch: 1), links: XenLinks { counter.counting($0) },
      now: { Timestamp(milliseconds: 1_800_000_000_000) })
    return await driver.observe(deadline: Deadline(milliseconds: 120_000))
  }

  private func small(_ edit: (inout SmallPool) -> Void) async throws -> XenPeer {
    var pool = SmallPool()
    pool.addGuest("web", uuid: "6f0c2c66-0000-4000-8000-000000000001", on: "h1", memoryBytes: 2 << 30, storage: "nfs")
    edit(&pool)
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    return try await XenPeer(file.path)
  }

  @Test func memoryIsCountedAsThePoolCountsIt() async throws {
    let seen = await observe(try await small { _ in }, ["h1", "h2"])
    let own = (1 << 30) + (10 << 20) + 100_000_000
    #expect(seen.hosts.map(\.memoryBytes) == [SmallPool.memoryBytes - own, SmallPool.memoryBytes - own])
    #expect(seen.instances.map(\.chargedMemoryBytes) == [(2 << 30) + (10 << 20)])
    #expect(seen.hosts.map(\.cpus) == [8, 8])
    #expect(seen.hosts[0].storages.map(\.id) == ["nfs", "ssd"])
    #expect(seen.hosts[0].storages.map(\.shared) == [true, false])
    #expect(seen.hosts[0].storages[0].identity == seen.hosts[1].storages[0].identity)
    #expect(seen.hosts[0].storages[1].identity != seen.hosts[1].storages[1].identity)
  }

  @Test func guestsOnTheirWayTakeRoomWhereTheyGo() async throws {
    let peer = try await small { pool in
      pool.change("VM", "web") {
        $0["scheduled_to_be_resident_on"] = SmallPool.ref("host", "h2")
        $0["memory_dynamic_min"] = String(4 << 30)
      }
    }
    let seen = await observe(peer, ["h1", "h2"])
    #expect(seen.hosts[0].memoryBytes - seen.hosts[1].memoryBytes == (4 << 30) + (10 << 20))
  }

  @Test func hostsOutsideThePoolAndItsDefaultStorageAreTold() async throws {
    let seen = await observe(try await small { _ in }, ["h1", "h2", "h9"])
    #expect(seen.hosts.map(\.isOutsidePool) == [nil, nil, true])
    #expect(seen.hosts.map(\.reachable) == [true, true, false])
    #expect(seen.defaultStorage == DefaultStorage(id: "nfs", shared: true))
    let local = await observe(
      try await small { pool in pool.change("pool", "pool") { $0["default_SR"] = SmallPool.ref("SR", "ssd-h1") } }, ["h1"])
    #expect(local.defaultStorage == DefaultStorage(id: "ssd", shared: false))
    let none = await observe(try await small { pool in pool.change("pool", "pool") { $0["default_SR"] = "OpaqueRef:NULL" } }, ["h1"])
    #expect(none.defaultStorage == DefaultStorage(id: nil, shared: false))
  }

  @Test func whoClosedAHostIsKnown() async throws {
    func admission(_ edit: @escaping (inout [String: Any]) -> Void) async throws -> HostObservation.Admission {
      await observe(try await small { $0.change("host", "h1", edit) }, ["h1", "h2"]).hosts[0].admission
    }
    #expect(try await admission { _ in } == .open)
    #expect(try await admission { $0["enabled"] = false } == .closed)
    #expect(try await admission { $0["other_config"] = ["MAINTENANCE_MODE": "true"] } == .closed)
    #expect(try await admission { ($0["enabled"], $0["other_config"]) = (false, ["reconcile_maintenance": "f ours"]) } == .closedByUs)
    // We died between the marker and the disabling, or somebody else enabled it: the marker is ours to take off.
    #expect(try await admission { $0["other_config"] = ["reconcile_maintenance": "f ours"] } == .closedByUs)
    #expect(
      try await admission {
        ($0["enabled"], $0["other_config"]) = (false, ["reconcile_maintenance": "f ours", "MAINTENANCE_MODE": "true"])
      } == .closed, "somebody else has it in maintenance as well")
  }

  /// A marker alone closes nothing: what is to be closed and is not is closed still.
  @Test func aHostLeftHalfClosedIsToBeClosed() async throws {
    let peer = try await small { $0.change("host", "h1") { $0["other_config"] = ["reconcile_maintenance": "f ours"] } }
    let seen = await observe(peer, ["h1", "h2"], inMaintenance: ["h1"])
    #expect(seen.hosts[0].admission == .open)
  }

  @Test(arguments: ["two-host-boston", "two-host-cowley", "two-host-iscsi"]) func bothWiresShowTheSame(records: String) async throws {
    let hosts: [HostName] = ["incubus", "inflames", "chester", "grimsby", "dt16", "dt23"]
    let json = await observe(try await XenPeer(records), hosts)
    let xml = await observe(try await XenPeer(records, ["--xml-only"]), hosts)
    #expect(json == xml)
    #expect(json.hosts.count(where: \.reachable) == 2)
  }

  @Test func keysThatTheServerDoesNotEscapeBreakNothing() async throws {
    var pool = SmallPool()
    pool.addGuest("web", uuid: "6f0c2c66-0000-4000-8000-000000000001", on: "h1", memoryBytes: 2 << 30, storage: "nfs")
    pool.change("VM", "web") { $0["other_config"] = ["R&D": "a", "x<y": "b", "A&amp;B": "c", "folder": "/R&D/<x>"] }
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    let plain = await observe(try await XenPeer(file.path), ["h1", "h2"])
    let raw = await observe(try await XenPeer(file.path, ["--xml-only", "--raw-names"]), ["h1", "h2"])
    #expect(plain.instances.count == 1 && raw == plain, "\(raw)")
  }

  @Test func hostsThatAreNotThereSayWhy() async throws {
    let seen = await observe(
      try await small { $0.change("host_metrics", "h2") { $0["live"] = false } }, ["h1", "h2", "h9"])
    #expect(seen.hosts.map(\.reachable) == [true, false, false])
    #expect(seen.hosts[1].unreachableReason == "the pool no longer hears its heartbeat")
    #expect(seen.hosts[2].unreachableReason?.contains("the pool has no host, or more than one") == true)
  }

  /// It was cut off, and somebody took it out of the pool: what it runs is not known, whatever the pool's record of the guest says.
  @Test func aHostThatThePoolForgotIsNotWithoutTheGuest() async throws {
    let rig = try await MoveRig(["nfs"])
    _ = await rig.driver.observe(deadline: MoveRig.deadline)
    _ = try await rig.pool.call("host.destroy", [.text(SmallPool.ref("host", "h2"))], deadline: MoveRig.deadline)
    for _ in 0..<2 {
      let seen = await rig.driver.presence(of: MoveRig.uuid, on: ["h1", "h2"], deadline: MoveRig.deadline)
      #expect(seen["h1"] == .running)
      #expect(seen["h2"]?.isUnreachable == true, "\(seen)")
    }
  }

  /// Of what is taken off a host's memory, and of what is on a storage.
  @Test func whatIsTakenOffIsNoLessUnknown() async throws {
    let seen = await observe(
      try await small { pool in
        pool.change("host", "h1") { $0["memory_overhead"] = nil }
        pool.change("VM", "dom0-h2") { for field in ["memory_dynamic_min", "memory_static_max"] { $0[field] = nil } }
        pool.change("SR", "ssd-h2") { $0["physical_utilisation"] = nil }
        pool.addSnapshot("before", of: "web", parent: "web", storage: "nfs")
        pool.change("VDI", "before") { for field in ["virtual_size", "physical_utilisation"] { $0[field] = nil } }
      }, ["h1", "h2"])
    #expect(
      seen.hosts.map(\.unmeasured) == [
        "the pool does not say how much memory it has", "the pool does not say how much memory dom0-h2 has, which is on it",
      ])
    #expect(seen.hosts[1].storages.map(\.freeBytes) == [100 << 30, 0])
    #expect(seen.notes == ["the pool does not say how much room storage ssd has: nothing is copied there"])
    #expect(seen.instances[0].disks.map(\.missing) == ["the pool does not say how large a snapshot of it is"])
  }

  /// One name, the manifest's; the pool's beside it once.
  @Test func aHostOfAnotherNameIsToldByBoth() async throws {
    let peer = try await small { $0.change("host_metrics", "h2") { $0["live"] = false } }
    let driver = XenHypervisor(
      cell: DesiredCell(name: "pool", connection: .xenapi(peer.connection), location: Self.place),
      hosts: [("xen1", "h1"), ("xen2", "h2"), ("xen3", "h9")].map {
        DesiredHost(name: $0.0, cell: "pool", connection: $0.1, location: Self.place)
      }, writer: WriterIdentity(fleet: "f", writer: "ours", epoch: 1), links: XenLinks(), now: { Timestamp(milliseconds: 0) })
    let seen = await driver.observe(deadline: Deadline(milliseconds: 120_000))
    #expect(
      seen.hosts.map(\.unreachableReason) == [
        nil, "the pool no longer hears its heartbeat (h2 in the pool)",
        "the pool has no host, or more than one, of this name or uuid (h9 in the pool)",
      ])
    #expect(seen.instances.map(\.host) == ["xen1"])
  }

  @Test func processorsAreHeldAgainstWhatGuestsWereStartedWith() async throws {
    let peer = try await small { pool in
      pool.change("host", "h2") {
        $0["cpu_info"] = ["cpu_count": "8", "vendor": "GenuineIntel", "features_hvm": "17cbfbff-f7fa3221", "features_pv": "0-0"]
      }
    }
    let seen = await observe(peer, ["h1", "h2"])
    let needed = try #require(seen.instances[0].cpuModel)
    #expect(seen.hosts[0].runs(cpuModel: needed))
    #expect(!seen.hosts[1].runs(cpuModel: needed), "it lacks one bit")
  }

  @Test func haltedGuestsAreWhereTheirLocalDisksAre() async throws {
    let off: (inout [String: Any]) -> Void = {
      $0["power_state"] = "Halted"
      $0["resident_on"] = "OpaqueRef:NULL"
    }
    let peer = try await small { pool in
      pool.addGuest("db", uuid: "6f0c2c66-0000-4000-8000-000000000002", on: "h1", memoryBytes: 1 << 30, storage: "ssd-h2")
      pool.change("VM", "web", off)
      pool.change("VM", "db", off)
    }
    let seen = await observe(peer, ["h1", "h2"])
    #expect(seen.instances.map(\.host) == [nil, "h2"])
    #expect(seen.instances.map(\.power) == [.off, .off])
  }

  @Test(arguments: [("ext", false, nil), ("lvm", false, true), ("iso", nil, nil)] as [(String, Bool?, Bool?)])
  func localStoragesAreCopiedByTheirKind(type: String, shared: Bool?, needsNaming: Bool?) async throws {
    let file = try SmallPool(localType: type).file()
    defer { try? FileManager.default.removeItem(at: file) }
    let storage = try #require(await observe(try await XenPeer(file.path), ["h1"]).hosts[0].storages.first { $0.id == "ssd" })
    #expect(storage.shared == shared && storage.needsNaming == needsNaming)
  }

  @Test(arguments: ["OpaqueRef:NULL", "OpaqueRef:nowhere"])
  func aRunningGuestOnNoHostIsNotUnderstood(resident: String) async throws {
    let seen = await observe(try await small { $0.change("VM", "web") { $0["resident_on"] = resident } }, ["h1"]).instances[0]
    #expect(seen.power == .running && seen.host == nil && seen.busy)
  }

  @Test func disksOnBothKindsOfStorageAreTold() async throws {
    let seen = await observe(
      try await small { pool in
        pool.addDisk("data", of: "web", device: "xvdb", storage: "ssd-h1")
        pool.addGuest("db", uuid: "6f0c2c66-0000-4000-8000-000000000002", on: "h1", memoryBytes: 1 << 30, storage: "ssd-h1")
        pool.addDisk("cd", of: "db", device: "xvdd", type: "CD", storage: "nfs")
      }, ["h1", "h2"])
    #expect(seen.instances.map(\.blockers) == [[.mixedDisks], []])
    #expect(seen.instances[0].disks.map(\.storage) == ["nfs", "ssd"])
  }

  /// A word of tomorrow, or none: it may run, so it is neither off nor to be touched.
  @Test(arguments: ["Hibernating", ""]) func aStateThatNobodyKnowsIsNotOff(state: String) async throws {
    let seen = await observe(try await small { $0.change("VM", "web") { $0["power_state"] = state } }, ["h1", "h2"]).instances[0]
    #expect(seen.power == .running && seen.host == "h1" && seen.busy)
  }

  @Test func whatForbidsToMoveIsSaid() async throws {
    func blockers(_ edit: @escaping (inout [String: Any]) -> Void) async throws -> [BlockerCode] {
      await observe(try await small { $0.change("VM", "web", edit) }, ["h1", "h2"]).instances[0].blockers
    }
    #expect(try await blockers { _ in } == [])
    #expect(try await blockers { $0["attached_PCIs"] = ["OpaqueRef:pci"] } == [.hostDevice])
    #expect(try await blockers { $0["allowed_operations"] = ["clean_shutdown"] } == [.immobile])
    #expect(try await blockers { $0["power_state"] = "Suspended" } == [.managedSave])
    #expect(try await blockers { $0["power_state"] = "Paused" } == [.immobile])
  }

  /// Old servers lack fields, never sense.
  @Test(arguments: ["two-host-boston", "two-host-cowley", "two-host-iscsi"]) func recordedPoolsAreUnderstood(records: String) async throws {
    let names: [String: [HostName]] = [
      "two-host-boston": ["incubus", "inflames"], "two-host-cowley": ["chester", "grimsby"], "two-host-iscsi": ["dt16", "dt23"],
    ]
    let guests: [String: [InstanceName]] = [
      "two-host-boston": ["Demo", "Demo Linux"],
      "two-host-cowley": ["DVS-Controller-build2750", "Demo Linux VM (1)", "Windows 2000 SP4 (32-bit) (1)", "Windows Vista JA"],
      "two-host-iscsi": ["Local", "OnMasterLocal", "OnMasterShared", "Shared"],
    ]
    let peer = try await XenPeer(records)
    let seen = await observe(peer, names[records] ?? [])
    #expect(seen.hosts.allSatisfy { $0.reachable && $0.memoryBytes > 1 << 30 && $0.cpus > 0 && !$0.storages.isEmpty })
    #expect(seen.instances.map(\.name).sorted() == guests[records])
    #expect(seen.instances.allSatisfy { $0.power == .off || $0.host != nil })
    #expect(seen.instances.allSatisfy { $0.memoryMaxBytes > 0 && !$0.disks.isEmpty })
  }

  /// 140 snapshots and templates with a mebibyte of firmware variables each: more than one answer may have.
  @Test(arguments: [[], ["--xml-only"]]) func snapshotsAndTemplatesAreNotRead(options: [String]) async throws {
    let hosts: [HostName] = ["dt16", "dt23"]
    let peer = try await XenPeer("two-host-iscsi", ["--snapshots", "140:1048576"] + options)
    let seen = await observe(peer, hosts)
    let plain = await observe(try await XenPeer("two-host-iscsi", options), hosts)
    #expect(seen.hosts.allSatisfy(\.reachable) && seen == plain)
    #expect(peer.bytes() < 4 << 20, "\(peer.bytes()) bytes")
  }

  /// A server that does not know the question is asked for all; what is no guest is left out here.
  @Test func serversThatCannotSelectAreAskedForAll() async throws {
    let peer = try await XenPeer("two-host-iscsi", ["--fault", "VM.get_all_records_where=MESSAGE_METHOD_UNKNOWN:9"])
    let seen = await observe(peer, ["dt16", "dt23"])
    #expect(seen == (await observe(try await XenPeer("two-host-iscsi"), ["dt16", "dt23"])))
    #expect(peer.asked().contains("VM.get_all_records"))
  }

  /// What a server does not say is not known; it is not nothing.
  @Test func whatIsNotSaidIsUnknown() async throws {
    let seen = await observe(
      try await small { pool in
        pool.change("host", "h1") { $0["cpu_info"] = ["vendor": "GenuineIntel"] }
        pool.change("host_metrics", "h1") { $0["memory_total"] = nil }
        pool.change("host", "h2") {
          $0["cpu_info"] = ["vendor": "GenuineIntel"]
          $0["host_CPUs"] = (0..<6).map { SmallPool.ref("host_cpu", "\($0)") }
        }
        pool.change("SR", "ssd-h2") { $0["shared"] = nil }
        pool.change("VM", "web") { for field in ["memory_dynamic_min", "memory_static_max", "VCPUs_max"] { $0[field] = nil } }
        pool.change("VDI", "web") { $0["virtual_size"] = nil }
      }, ["h1", "h2"])
    #expect(seen.hosts.map(\.unmeasured) == ["the pool does not say how much memory and how many processors it has", nil])
    #expect(seen.hosts.allSatisfy(\.reachable) && seen.hosts[1].cpus == 6)
    #expect(seen.hosts[1].storages.map(\.shared) == [true, nil])
    #expect(seen.instances[0].unreadable == "the pool does not say how much memory and how many processors it has")
    #expect(seen.instances[0].disks.map(\.missing) == ["the pool does not say how large it is"])
  }

  /// xapi asks for no interface on these.
  @Test(arguments: ["other_config", "managed"]) func somNetworksAreEverywhere(field: String) async throws {
    let seen = await observe(
      try await small { pool in
        pool.change("PIF", "h2") { $0["network"] = "OpaqueRef:NULL" }
        pool.change("network", "lan") {
          if field == "managed" { $0[field] = false } else { $0[field] = ["assume_network_is_shared": "true"] }
        }
      }, ["h1", "h2"])
    #expect(seen.hosts.map(\.networks) == [["lan"], ["lan"]])
  }

  /// In a rolling upgrade, a pool takes no running guest from a newer host to an older one.
  @Test(arguments: [("3.2.1", "3.2.1", 0), ("3.2.1", "3.10.0", 0), ("3.10.0", "3.2.1", 1)])
  func runningGuestsGoToNoOlderHost(here: String, there: String, refusals: Int) async throws {
    let seen = await observe(
      try await small { pool in
        for (host, version) in [("h1", here), ("h2", there)] {
          pool.change("host", host) { $0["software_version"] = ["platform_version": version, "xapi_build": "24.19.2"] }
        }
      }, ["h1", "h2"])
    #expect(seen.hosts[1].refusals?.count ?? 0 == refusals && seen.hosts[0].refusals == nil)
    guard let refusal = seen.hosts[1].refusals?.values.first else { return }
    #expect(refusal.onlineOnly && refusal.text.contains("h2 has an older version (3.2.1) than h1 (3.10.0)"), "\(refusal.text)")
  }

  @Test(
    arguments: [
      (["xapi_build": "1.249.26", "product_version": "8.2.1"], true), (["xapi_build": "1.297.0"], false),
      (["xapi_build": "24.19.2"], false),
      (["product_version": "8.2.1"], true), (["product_version": "8.3.0"], false), ([:], true),
    ] as [([String: String], Bool)]) func anOldServersOwnNetworkIsSaid(version: [String: String], isSaid: Bool) async throws
  {
    let peer = try await small { $0.change("host", "h2") { $0["software_version"] = version } }
    let driver = XenHypervisor(
      cell: DesiredCell(name: "pool", connection: .xenapi(peer.connection), location: Self.place),
      hosts: [DesiredHost(name: "h2", cell: "pool", migrationAddress: "192.0.2.2", location: Self.place)],
      writer: WriterIdentity(fleet: "f", writer: "ours", epoch: 1), links: XenLinks(), now: { Timestamp(milliseconds: 0) })
    let notes = await driver.observe(deadline: Deadline(milliseconds: 120_000)).notes
    #expect(notes.count == (isSaid ? 1 : 0) && notes.allSatisfy { $0.hasPrefix("migrationAddress of h2 holds for moves with disks alone") })
    #expect(await observe(peer, ["h2"]).notes == [], "none is declared")
  }

  /// No test follows an address out of this machine.
  @Test(arguments: ["two-host-boston", "two-host-cowley", "two-host-iscsi"]) func recordedAddressesAreOfThisMachine(records: String) throws
  {
    let data = try Data(contentsOf: XenPeer.folder.appending(path: "records/\(records).json"))
    let tables = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
    let objects = ["host", "PIF"].flatMap { (tables[$0] ?? [:]).values.compactMap { $0 as? [String: Any] } }
    let addresses = objects.flatMap { [$0["address"], $0["IP"]] }.compactMap { $0 as? String }.filter { !$0.isEmpty }
    #expect(addresses.count >= 4 && addresses.allSatisfy { $0.hasPrefix("127.") || $0.hasPrefix("169.254.") }, "\(addresses)")
  }

  @Test func hostsOfThePoolThatNoManifestNamesAreShown() async throws {
    let seen = await observe(try await small { _ in }, ["h2"])
    #expect(seen.hosts.map(\.name) == ["h1", "h2"] && seen.hosts.allSatisfy(\.reachable))
    #expect(seen.instances.map(\.host) == ["h1"])
    // Two of one label are told apart by their uuids, and so is one that is called as a declared host of another name is.
    let twins = await observe(
      try await small { pool in
        pool.change("host", "h1") { $0["name_label"] = "h9" }
        pool.change("host", "h2") { $0["name_label"] = "h9" }
      }, ["h9"])
    #expect(twins.hosts.count == 3 && twins.hosts.count(where: { $0.isOutsidePool == true }) == 1, "\(twins.hosts.map(\.name))")
    #expect(twins.hosts.filter { $0.isOutsidePool != true }.allSatisfy { $0.name.rawValue == $0.machineUUID })
  }

  /// The number of calls does not grow with the pool.
  @Test func sixtyFourHostsTakeAsManyCallsAsTwo() async throws {
    var counts: [Int] = []
    for (hosts, guests) in [(2, 2), (64, 2_000)] {
      let names = (1...hosts).map { "h\($0)" }
      var pool = SmallPool(hosts: names)
      for number in 0..<guests {
        let digits = String(100_000_000_000 + number)
        pool.addGuest(
          "vm\(number)", uuid: "6f0c2c66-0000-4000-8000-\(digits)", on: names[number % hosts], memoryBytes: 256 << 20, storage: "nfs")
      }
      let file = try pool.file()
      defer { try? FileManager.default.removeItem(at: file) }
      let counter = CallCounter()
      let seen = await observe(try await XenPeer(file.path), names.map { HostName($0) }, counting: counter)
      counts.append(counter.count)
      #expect(seen.instances.count == guests)
      #expect(seen.hosts.allSatisfy { $0.reachable })
    }
    #expect(counts == [11, 11])
  }
}

/// Counts what goes through it.
final class CallCounter: Sendable {
  private let state = Mutex(0)
  var count: Int { state.withLock { $0 } }

  func counting(_ calls: any XenCalls) -> any XenCalls { Counting(calls: calls, counter: self) }

  private struct Counting: XenCalls {
    let calls: any XenCalls
    let counter: CallCounter

    func call(_ method: String, _ parameters: [XenValue], deadline: Deadline) async throws(XenError) -> XenValue {
      counter.state.withLock { $0 += 1 }
      return try await calls.call(method, parameters, deadline: deadline)
    }

    func end(session: String, deadline: Deadline) async { await calls.end(session: session, deadline: deadline) }
  }
}
