import Fleet
import FoundationEssentials
import Hypervisor
import SimulatedHypervisor
import Testing

/// The world in a file: looks leave no trace, changes are whole, and a bad file is told, not guessed at.
@Suite struct StoreTests {
  private let folder: URL
  private let clock = TestClock()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "world-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }
  private func store(_ connection: SimulatedConnection) -> FileWorldStore {
    FileWorldStore(connection: connection, wallClock: { [clock] in clock.now() })
  }
  private func hypervisor(_ store: any WorldStore, writer: WriterIdentity = writer()) -> SimulatedHypervisor {
    let connection = SimulatedConnection(world: "")
    let hosts = ["h1", "h2", "h3"].map { DesiredHost(name: HostName($0), cell: "east", location: nowhere) }
    return SimulatedHypervisor(
      cell: DesiredCell(name: "east", connection: .simulated(connection), location: nowhere), hosts: hosts, writer: writer, store: store)
  }
  private let deadline = Deadline(milliseconds: 5000)

  private func initial(speed: Double = 1) throws -> SimulatedConnection {
    var world = smallWorld([guest()])
    world.clock.speed = speed
    try WorldFile.data(of: world).write(to: URL(filePath: path("initial.json")))
    return SimulatedConnection(world: path("state/deep/world.json"), initial: path("initial.json"))
  }

  @Test func looksWriteNothingAndTheFirstChangeMakesTheWorld() async throws {
    let connection = try initial()
    let driver = hypervisor(store(connection))
    #expect(await driver.observe(deadline: deadline).instances.map(\.name) == ["web"])
    #expect(await driver.check(step(migrate(.live)), deadline: deadline).isEmpty)
    _ = await driver.presence(of: "uuid-web", on: ["h1"], deadline: deadline)
    _ = await driver.find("i1", step: step(migrate(.live)), deadline: deadline)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["initial.json"])
    _ = try await driver.begin(step(migrate(.live)), intent: "i1", deadline: deadline)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path("state/deep")).sorted() == ["world.json", "world.json.lock"])
  }

  @Test func timePassesFasterByTheWorldsSpeed() async throws {
    let driver = hypervisor(store(try initial(speed: 60)))
    clock.pass(5000)
    let job = try await driver.begin(step(migrate(.live)), intent: "i1", deadline: deadline)
    #expect(await driver.progress(of: job, deadline: deadline).elapsedMilliseconds == 0, "nothing passed before the first change")
    clock.pass(10)
    #expect(await driver.progress(of: job, deadline: deadline).elapsedMilliseconds == 600)
    clock.pass(10_000)
    #expect(await driver.progress(of: job, deadline: deadline).state == .done)
  }

  @Test func twoProcessesSeeOneWorld() async throws {
    let connection = try initial()
    let one = hypervisor(store(connection))
    let two = hypervisor(store(connection), writer: writer("w2"))
    _ = await two.observe(deadline: deadline)
    _ = try await one.begin(step(migrate(.live)), intent: "i1", deadline: deadline)
    let seen = await two.observe(deadline: deadline)
    #expect(seen.instances.map(\.busy) == [true, true])
    do {
      _ = try await two.begin(step(migrate(.live)), intent: "i2", deadline: deadline)
      #expect(Bool(false), "another writer's mark must stop it")
    } catch { #expect(error.kind == .otherWriter) }
    clock.pass(60_000)
    await one.release("uuid-web", on: ["h1", "h2"], home: nil, deadline: deadline)
    #expect(await two.observe(deadline: deadline).instances.map(\.busy) == [false])
  }

  @Test func aRefusalThatFollowsAFaultIsKept() async throws {
    var world = smallWorld([guest()], faults: [SimulatedFault(.lostReply)])
    world.clock.speed = 1
    try WorldFile.data(of: world).write(to: URL(filePath: path("world.json")))
    let connection = SimulatedConnection(world: path("world.json"))
    do {
      _ = try await hypervisor(store(connection)).begin(step(migrate(.live)), intent: "i1", deadline: deadline)
      #expect(Bool(false), "its reply is lost")
    } catch { #expect(error.kind == .unknownOutcome) }
    #expect(await hypervisor(store(connection)).find("i1", step: step(migrate(.live)), deadline: deadline) != nil)
  }

  @Test(
    arguments: [
      (nil, "No such file or directory"), ("", "is not JSON: line 1: the file ends too early"),
      ("{\n\"cells\": [}", "is not JSON: line 2: expected a value"), ("[]", "must be an object"),
      ("{\"kind\": \"SimulatedWorld\"}", "apiVersion: is missing"),
      (
        #"{"apiVersion": "reconcile/v2", "kind": "SimulatedWorld", "cells": []}"#,
        #"apiVersion: expected "reconcile/v1", found "reconcile/v2""#
      ),
      (
        #"{"apiVersion": "reconcile/v1", "kind": "SimulatedWorld", "cells": [{"name": "east", "hosts": [{"name": "h1", "memoryBytes": "4GiB"}]}]}"#,
        "cells[0].hosts[0].memoryBytes: must be a whole number"
      ),
      (
        #"{"apiVersion": "reconcile/v1", "kind": "SimulatedWorld", "cells": [], "faults": [{"kind": "hostLoss"}]}"#,
        "faults[0].kind: a hostLoss fault needs a host"
      ),
      (
        #"{"apiVersion": "reconcile/v1", "kind": "SimulatedWorld", "cells": [], "clock": {"speed": 0}}"#,
        "clock.speed: must be from 0.001 to 1000000"
      ),
    ] as [(String?, String)])
  func aBadFileMakesEveryHostUnreachableAndSaysWhy(text: String?, reason: String) async throws {
    if let text { try Data(text.utf8).write(to: URL(filePath: path("world.json"))) }
    let driver = hypervisor(store(SimulatedConnection(world: path("world.json"))))
    let seen = await driver.observe(deadline: deadline)
    #expect(seen.hosts.map(\.reachable) == [false, false, false])
    let told = try #require(seen.hosts[0].unreachableReason)
    #expect(told.contains("world.json: ") && told.contains(reason), "\(told)")
    #expect(await driver.presence(of: "uuid-web", on: ["h1"], deadline: deadline) == ["h1": .unreachable(reason: told)])
    #expect(await driver.check(step(migrate(.live)), deadline: deadline).map(\.code) == [.unreachable])
    do {
      _ = try await driver.begin(step(migrate(.live)), intent: "i1", deadline: deadline)
      #expect(Bool(false), "it cannot be begun")
    } catch { #expect(error.kind == .refusedNothingHappened) }
  }

  @Test func aShortWorldWrittenByHandIsEnough() throws {
    let text = """
      {"apiVersion": "reconcile/v1", "kind": "SimulatedWorld", "cells": [{"name": "east",
       "hosts": [{"name": "h1", "memoryBytes": 17179869184}],
       "instances": [{"uuid": "u", "name": "web", "host": "h1", "memoryMaxBytes": 1073741824, "disks": [{"target": "vda", "virtualBytes": 5}]}]}]}
      """
    let world = try WorldFile.world(from: Data(text.utf8), path: "w.json")
    #expect(world.cells[0].instances[0].power == .running)
    #expect(world.cells[0].instances[0].disks[0].allocatedBytes == 5)
    #expect(world.clock.speed == 1)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var bench = Bench(
      [guest(disk: "ssd"), guest("db", on: "h2")],
      faults: [SimulatedFault(.stall, instance: "db", afterBytes: 5, until: dawn), SimulatedFault(.hostLoss, host: "h3", from: dawn)])
    _ = try bench.begin(migrate(.block, disks: [copyOfVda]))
    bench.pass(1234)
    let data = try WorldFile.data(of: bench.world)
    #expect(try WorldFile.world(from: data, path: "w.json") == bench.world)
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("{") && $0.contains("\"memoryMaxBytes\"") } == 3, "one instance a line")
  }

  /// Every field of an instance has a value that is not its default, so that none can be forgotten in the reading.
  @Test func everyFieldOfAnInstanceIsReadBack() throws {
    var guest = guest(disk: "ssd")
    guest.power = .paused
    guest.offReason = .destroyed
    guest.pauseReason = .ioError
    guest.persistent = false
    guest.disabled = true
    guest.overheadBytes = 1
    guest.vcpus = 7
    guest.cpuModel = "EPYC"
    guest.blockers = [.hostDevice, .snapshot]
    guest.busy = true
    guest.mark = WriterMark(fleet: "f", writer: "w", epoch: 2, intent: "i", expires: dawn)
    guest.dirtyBytesPerSecond = 3
    guest.workingSetBytes = 4
    guest.bootCount = 5
    guest.ignoresAcpi = true
    guest.shutdownMilliseconds = 6
    guest.stoppedBy = "i2"
    guest.chargeWhenStopped = 8
    guest.suspendedBy = "i3"
    guest.heldAutostart = true
    guest.others = DeedsOfOthers(boots: 2, isRival: true, mayRival: true)
    guest.disks.append(
      DiskObservation(target: "s\"d\u{e4}", kind: .cdrom, readOnly: false, storage: nil, virtualBytes: 1, allocatedBytes: 0))
    let world = smallWorld([guest])
    #expect(try WorldFile.world(from: try WorldFile.data(of: world), path: "w.json") == world)
    let unlike = Mirror(reflecting: guest).children.filter { child in
      let plain = Mirror(reflecting: SimulatedInstance(uuid: "", name: "", host: "", memoryMaxBytes: 1)).children
      return plain.contains { $0.label == child.label && "\($0.value)" == "\(child.value)" }
    }
    #expect(unlike.map(\.label) == [], "give these a value that is not their default")
  }

  @Test(arguments: ["", "{\"x\": ", "{\"cells\": "])
  func nestingIsLimited(before: String) {
    let text = before + String(repeating: "[", count: 100_000)
    let error = #expect(throws: WorldStoreError.self) { try WorldFile.world(from: Data(text.utf8), path: "w.json") }
    #expect(error?.text.contains("nested deeper than 64") ?? false)
  }

  @Test(arguments: [
    ("memoryMaxBytes", "0"), ("memoryMaxBytes", "9223372036854775807"), ("vcpus", "0"), ("overheadBytes", "-1"), ("vcpus", "1.5"),
    ("vcpus", "99999999999999999999"), ("shutdownMilliseconds", "86400001"),
  ])
  func quantitiesHaveLimits(key: String, value: String) throws {
    let other = key == "memoryMaxBytes" ? "" : "\"memoryMaxBytes\": 1, "
    let changed = """
      {"apiVersion": "reconcile/v1", "kind": "SimulatedWorld", "cells": [{"name": "east", "hosts": [],
       "instances": [{"uuid": "u", "name": "web", "host": "h1", \(other)"\(key)": \(value)}]}]}
      """
    let error = #expect(throws: WorldStoreError.self) { try WorldFile.world(from: Data(changed.utf8), path: "w.json") }
    #expect(error?.text.contains("cells[0].instances[0].\(key): must be ") ?? false, "\(String(describing: error))")
  }

  @Test func aTextCutOffAnywhereIsRefused() throws {
    let text = Array(try WorldFile.data(of: smallWorld([guest()], faults: [SimulatedFault(.refuse)])))
    for length in 0..<(text.count - 2) {
      #expect(throws: WorldStoreError.self, "after \(length) bytes") {
        try WorldFile.world(from: Data(text[..<length]), path: "w.json")
      }
    }
  }

  /// Whatever stands in it, a file is read or refused; nothing else happens.
  @Test(arguments: 0..<50)
  func aGarbledTextIsReadOrRefused(seed: Int) throws {
    var generator = SplitMix(seed: UInt64(seed))
    var text = Array(try WorldFile.data(of: smallWorld([guest()])))
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      text[Int.random(in: text.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
    }
    do {
      _ = try WorldFile.world(from: Data(text), path: "w.json")
    } catch {
      #expect(error.text.hasPrefix("w.json: "), "seed \(seed)")
    }
  }

  @Test func aSnapshotsObjectsAreAWorld() throws {
    let seen = Bench().world.observation(of: "east", declaredHosts: ["h1", "h2", "h3"], by: SimulatedCaller(writer: writer(), wall: dawn))
    let cell = String(decoding: try JSONEncoder().encode(seen), as: UTF8.self)
    let text = #"{"apiVersion": "reconcile/v1", "kind": "SimulatedWorld", "cells": [\#(cell)]}"#
    let world = try WorldFile.world(from: Data(text.utf8), path: "w.json")
    #expect(world.observation(of: "east", declaredHosts: ["h1", "h2", "h3"], by: SimulatedCaller(writer: writer(), wall: dawn)) == seen)
  }

  @Test func theWorldStoreInMemoryCountsLooksAndChanges() async throws {
    let memory = MemoryWorldStore(smallWorld([guest()]), clock: { [clock] in clock.now() })
    let driver = hypervisor(memory)
    _ = await driver.observe(deadline: deadline)
    _ = await driver.check(step(migrate(.live)), deadline: deadline)
    #expect(memory.reads == 2 && memory.updates == 0)
    _ = try await driver.begin(step(migrate(.live)), intent: "i1", deadline: deadline)
    #expect(memory.updates == 1)
  }
}
