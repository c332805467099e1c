import Fleet
import Hypervisor
import Testing

/// What every driver must do, said once; each check takes a fresh fixture.
struct HypervisorConformance {
  let fixture: any HypervisorFixture

  /// Long: a machine busy with other tests answers late, and no test of the suite is about lateness.
  static let deadline = Deadline(milliseconds: 60_000)
  /// Waits before a job is taken to hang.
  static let waitsMax = 10_000

  var writer: WriterIdentity { WriterIdentity(fleet: "conformance", writer: "ours", epoch: 1) }
  var driver: any Hypervisor { fixture.driver(writer) }
  var hosts: [HostName] { [fixture.source, fixture.destination] }

  /// A move of one of the two guests.
  func move(_ mode: MigrationMode, local: Bool) -> Move {
    let disk =
      local
      ? DiskMove(
        target: fixture.diskTarget, action: .copy, toPool: fixture.localPool, fromPool: fixture.localPool, bytes: fixture.localDiskBytes)
      : DiskMove(target: fixture.diskTarget, action: .share, bytes: 0)
    return Move(
      id: "m1", instance: local ? fixture.localGuest : fixture.guest, uuid: local ? fixture.localUUID : fixture.uuid, cell: fixture.cell,
      from: fixture.source, to: fixture.destination, mode: mode, storage: local ? .local : .shared, disks: [disk],
      reason: MoveReason(kind: .placement, text: "conformance"), bytes: 0, cost: 0)
  }

  func steps(_ mode: MigrationMode, local: Bool) throws -> [Step] {
    try driver.steps(for: move(mode, local: local), policy: MigrationPolicy())
  }

  /// Watches a job to its end.
  func end(of job: JobRef, _ driver: any Hypervisor) async -> JobProgress {
    for _ in 0..<Self.waitsMax {
      let progress = await driver.progress(of: job, deadline: Self.deadline)
      if progress.state != .running { return progress }
      await fixture.wait()
    }
    return JobProgress(state: .unknown("still running after \(Self.waitsMax) waits"))
  }

  func presence(_ uuid: InstanceUUID) async -> [HostName: Presence] {
    await driver.presence(of: uuid, on: hosts, deadline: Self.deadline)
  }

  // MARK: looking

  func observationShowsWhatIsThere() async {
    let seen = await driver.observe(deadline: Self.deadline)
    #expect(seen.name == fixture.cell)
    #expect(seen.hosts.map(\.name) == hosts.sorted())
    #expect(seen.hosts.allSatisfy { $0.reachable && $0.memoryBytes > 0 && $0.cpus > 0 })
    #expect(seen.hosts.allSatisfy { $0.storages.map(\.id) == $0.storages.map(\.id).sorted() })
    let ours = seen.instances.filter { $0.uuid == fixture.uuid || $0.uuid == fixture.localUUID }
    #expect(ours.map(\.host) == [fixture.source, fixture.source])
    #expect(ours.allSatisfy { $0.power == .running && $0.persistent && !$0.busy && $0.mark == nil && $0.memoryMaxBytes > 0 })
    #expect(ours.allSatisfy { $0.disks.map(\.target) == [fixture.diskTarget] })
  }

  func presenceTellsHereFromElsewhere() async {
    let seen = await presence(fixture.uuid)
    #expect(seen == [fixture.source: .running, fixture.destination: .absent])
    let nobody = await presence("00000000-0000-4000-8000-00000000dead")
    #expect(nobody == [fixture.source: .absent, fixture.destination: .absent])
  }

  /// A dry run makes these calls only.
  func lookingChangesNothing() async throws {
    let before = try await fixture.fingerprint().split(separator: "\n")
    _ = await driver.observe(deadline: Self.deadline)
    _ = await presence(fixture.uuid)
    for mode in driver.capabilities.modes.sorted(by: { $0.rawValue < $1.rawValue }) {
      for step in try steps(mode, local: mode != .live) {
        _ = await driver.check(step, deadline: Self.deadline)
        _ = await driver.find("never-begun", step: step, deadline: Self.deadline)
      }
    }
    let after = try await fixture.fingerprint().split(separator: "\n")
    #expect(after == before, "\(after.difference(from: before))")
  }

  // MARK: moving

  func liveMigrationEndsWithOneCopy() async throws {
    let step = try #require(try steps(.live, local: false).first)
    #expect(await driver.check(step, deadline: Self.deadline).isEmpty)
    let job = try await driver.begin(step, intent: "live", deadline: Self.deadline)
    #expect(await driver.find("live", step: step, deadline: Self.deadline) == job)
    #expect(await end(of: job, driver).state == .done)
    #expect(await presence(fixture.uuid) == [fixture.source: .absent, fixture.destination: .running])
    #expect(await !fixture.wasRebooted(fixture.uuid))
  }

  func blockMigrationTakesTheDiskAlong() async throws {
    let step = try #require(try steps(.block, local: true).first)
    let job = try await driver.begin(step, intent: "block", deadline: Self.deadline)
    #expect(await end(of: job, driver).state == .done)
    #expect(await presence(fixture.localUUID) == [fixture.source: .absent, fixture.destination: .running])
    #expect(await !fixture.wasRebooted(fixture.localUUID))
    let seen = await driver.observe(deadline: Self.deadline).instances.first { $0.uuid == fixture.localUUID }
    #expect(seen?.disks.first?.storage == fixture.localPool)
  }

  /// Each step is possible when its turn comes, and between any two of them at most one copy runs.
  func theColdSequenceRebootsOnce() async throws {
    for (index, step) in try steps(.cold, local: true).enumerated() {
      #expect(await driver.check(step, deadline: Self.deadline).isEmpty, "\(step.name)")
      let job = try await driver.begin(step, intent: IntentID("cold-\(index)"), deadline: Self.deadline)
      #expect(await end(of: job, driver).state == .done, "\(step.name)")
      #expect(await presence(fixture.localUUID).values.count { $0 == .running } <= 1, "\(step.name)")
    }
    #expect(await presence(fixture.localUUID) == [fixture.source: .absent, fixture.destination: .running])
    #expect(await fixture.wasRebooted(fixture.localUUID))
  }

  func theOfflineSequenceStartsNothing() async throws {
    let off = try #require(try steps(.cold, local: true).first)
    let job = try await driver.begin(off, intent: "off", deadline: Self.deadline)
    #expect(await end(of: job, driver).state == .done)
    for (index, step) in try steps(.offline, local: true).enumerated() {
      let job = try await driver.begin(step, intent: IntentID("offline-\(index)"), deadline: Self.deadline)
      #expect(await end(of: job, driver).state == .done, "\(step.name)")
    }
    await driver.release(fixture.localUUID, on: hosts, home: fixture.destination, deadline: Self.deadline)
    let seen = await presence(fixture.localUUID)
    #expect(seen[fixture.source] == .absent)
    guard case .off(defined: true, disabled: false, _) = seen[fixture.destination] else {
      return #expect(Bool(false), "\(String(describing: seen[fixture.destination]))")
    }
  }

  func anAbortedMigrationLeavesTheGuestWhereItWas() async throws {
    let step = try #require(try steps(.live, local: false).first)
    let job = try await driver.begin(step, intent: "abort", deadline: Self.deadline)
    try await driver.control(job, .abort, deadline: Self.deadline)
    guard case .failed = await end(of: job, driver).state else { return #expect(Bool(false), "an aborted job has failed") }
    #expect(await presence(fixture.uuid) == [fixture.source: .running, fixture.destination: .absent])
  }

  // MARK: refusing

  func anIntentBeginsOnce() async throws {
    let step = try #require(try steps(.live, local: false).first)
    let first = try await driver.begin(step, intent: "once", deadline: Self.deadline)
    #expect(try await driver.begin(step, intent: "once", deadline: Self.deadline) == first)
    #expect(await end(of: first, driver).state == .done)
    #expect(try await driver.begin(step, intent: "once", deadline: Self.deadline) == first, "even after its end")
  }

  func anotherWritersMarkIsRefusedAndStays() async throws {
    let step = try #require(try steps(.live, local: false).first)
    let job = try await driver.begin(step, intent: "ours", deadline: Self.deadline)
    _ = await end(of: job, driver)
    let other = fixture.driver(WriterIdentity(fleet: "other", writer: "theirs", epoch: 1))
    let back = Step(
      step.action, instance: step.instance, uuid: step.uuid, cell: step.cell, source: step.destination, destination: step.source)
    #expect(await other.observe(deadline: Self.deadline).instances.first { $0.uuid == fixture.uuid }?.busy == true)
    #expect(await other.check(back, deadline: Self.deadline).map(\.code).contains(.otherWriter))
    await other.release(fixture.uuid, on: hosts, home: nil, deadline: Self.deadline)
    do {
      _ = try await other.begin(back, intent: "theirs", deadline: Self.deadline)
      #expect(Bool(false), "our mark must stop them")
    } catch {
      #expect(error.kind == .otherWriter)
      #expect(error.text.contains("ours") && error.text.contains("conformance"))
    }
    await driver.release(fixture.uuid, on: hosts, home: nil, deadline: Self.deadline)
    #expect(await other.check(back, deadline: Self.deadline).isEmpty)
  }

  private static let provesNoEffect: Set<HypervisorError.Kind> = [.refusedNothingHappened, .overtaken]

  /// Where a guest has two definitions on its way, the new one is not started while the old one could be; where it has one, it is not started twice.
  func aSecondCopyIsNeverStarted() async throws {
    let steps = try steps(.cold, local: true)
    let start = try #require(steps.first { $0.name == "start" })
    let hasTwoDefinitions = steps.contains { $0.name == "disable" }
    for (index, step) in steps.prefix(while: { $0.name != (hasTwoDefinitions ? "disable" : "start") }).enumerated() {
      _ = await end(of: try await driver.begin(step, intent: IntentID("cold-\(index)"), deadline: Self.deadline), driver)
    }
    var second = start
    if hasTwoDefinitions {
      #expect(await driver.check(start, deadline: Self.deadline).map(\.code) == [.otherCopyNotSafe], "its source could still start")
    } else {
      _ = await end(of: try await driver.begin(start, intent: "start", deadline: Self.deadline), driver)
      second.action = .start(on: start.source)
      #expect(await !driver.check(second, deadline: Self.deadline).isEmpty, "it runs")
    }
    do {
      _ = try await driver.begin(second, intent: "second start", deadline: Self.deadline)
      #expect(Bool(false), "it must be refused")
    } catch { #expect(Self.provesNoEffect.contains(error.kind)) }
    #expect(await presence(fixture.localUUID).values.count { $0 == .running } <= 1)
  }

  func stepsOutOfTurnAreRefused() async throws {
    let steps = try steps(.cold, local: true)
    for step in steps.dropFirst() {
      let found = await driver.check(step, deadline: Self.deadline)
      #expect(!found.isEmpty, "\(step.name)")
      do {
        _ = try await driver.begin(step, intent: IntentID("early-\(step.name)"), deadline: Self.deadline)
        #expect(Bool(false), "\(step.name) while the guest runs")
      } catch { #expect(Self.provesNoEffect.contains(error.kind), "\(step.name)") }
    }
    #expect(await presence(fixture.localUUID) == [fixture.source: .running, fixture.destination: .absent])
  }
}
