import Execution
import Fleet
import Hypervisor
import Planning
import Reconciler
import SimulatedHypervisor
import StateStore
import Synchronization

/// How a simulation comes to rest.
enum Rest: Sendable {
  case atRest(PassResult)
  /// Another writer holds a guest of the fleet: nothing may be done.
  case refused
}

/// What stops the process in a simulation.
struct SimulatedCrash: Error {}

/// One seeded fleet, its world, its database and its clock, over as many passes as a test wants; the process may be stopped at any write of
/// the journal and started again.
final class Simulation: Sendable {
  static let start = Timestamp(milliseconds: 1_800_000_000_000)
  /// Longer than any back-off.
  static let patienceMilliseconds = 2 * 3_600_000

  let seed: UInt64
  let foreign: InstanceUUID?
  let clock: VirtualClock
  let worlds: MemoryWorldStore
  let keeper: StateKeeper
  private let lock: StateLock
  private let manifests: Mutex<CheckedManifests>
  private let writes = Mutex(0)
  private let passes = Mutex(0)
  private let watch: Mutex<SafetyWatch>

  /// `database`: a file; nil: it is in memory.
  convenience init(fleet: RandomFleet, seed: UInt64, database: String? = nil) throws {
    let clock = VirtualClock(start: Simulation.start)
    let worlds = MemoryWorldStore(fleet.world, clock: { clock.now() })
    try self.init(fleet: fleet, seed: seed, database: database, clock, worlds)
  }

  /// A second process in the world of another, with a database of its own.
  convenience init(beside other: Simulation, fleet: RandomFleet, database: String) throws {
    try self.init(fleet: fleet, seed: other.seed, database: database, other.clock, other.worlds)
  }

  private init(fleet: RandomFleet, seed: UInt64, database: String?, _ clock: VirtualClock, _ worlds: MemoryWorldStore) throws {
    self.seed = seed
    manifests = Mutex(CheckedManifests(fleet: fleet.desired, revision: "r1", contentHash: "h1"))
    foreign = fleet.foreign
    self.clock = clock
    self.worlds = worlds
    let store = try StateStore(path: database ?? "simulation-\(seed)", access: database == nil ? .inMemory : .readWrite)
    lock = try store.lock(holder: "simulation")
    keeper = StateKeeper(store)
    watch = Mutex(SafetyWatch(desired: fleet.desired, world: fleet.world, foreign: fleet.foreign))
    clock.watch { [weak self] in self?.look() }
  }

  /// What is declared now.
  var desired: DesiredFleet { manifests.withLock { $0.fleet } }

  /// A new revision of the manifests, in which no guest may be rebooted any more.
  func withdrawConsent() {
    manifests.withLock {
      guard $0.revision == "r1" else { return }
      for index in $0.fleet.instances.indices { $0.fleet.instances[index].allowedModes.cold = false }
      ($0.revision, $0.contentHash) = ("r2", "h2")
    }
    look()
    let desired = desired
    watch.withLock { $0.manifestsChanged(desired) }
  }

  /// From now on others change guests as well.
  func othersAct() { watch.withLock { $0.othersAct = true } }

  private func look() {
    let world = worlds.peek()
    watch.withLock { $0.look(at: world) }
  }

  /// Every promise broken so far, in words.
  var broken: [String] {
    look()
    return watch.withLock { $0.broken } + worlds.peek().violations
  }

  /// One pass; `stopAt` counts journal writes, from 0, and `moment` says on which side of that write the process dies.
  func pass(stopAt: Int? = nil, _ moment: JournalMoment = .before) async throws -> PassResult {
    let world = worlds.peek()
    watch.withLock { $0.passBegins(world) }
    let manifests = manifests.withLock { $0 }
    let now = clock.now()
    let epoch = try await keeper.call { try $0.takeLease(now: now, lifetimeMilliseconds: WriterSession.leaseMilliseconds) }
    let worlds = worlds
    var pass = Pass(
      manifests: manifests,
      options: PassOptions(manifests: "", database: "", maxMoves: 1000, seed: seed), clock: clock,
      drivers: Drivers { cell, hosts, writer in SimulatedHypervisor(cell: cell, hosts: hosts, writer: writer, store: worlds) })
    let number = passes.withLock { count in
      count += 1
      return count
    }
    pass.turns = SeededTurns(seed: seed &+ UInt64(number) &* 1_000_003)
    writes.withLock { $0 = 0 }
    pass.journalHook = { [weak self] side in
      let number = self?.countWrite(side)
      if number == stopAt, side == moment { throw SimulatedCrash() }
    }
    let result: PassResult
    do { result = try await pass.converge(keeper, epoch: epoch) } catch Refusal.stoppedMidway(let cause, _)
      where cause.contains("SimulatedCrash")
    {
      // Told to a person as what it looks like to the run: the journal failed in its middle.
      throw SimulatedCrash()
    }
    let after = worlds.peek()
    watch.withLock { $0.passEnds(result, after) }
    return result
  }

  /// Whether a fleet that came to rest really did.
  func judgeRest(_ result: PassResult) {
    let world = worlds.peek()
    watch.withLock { $0.judgeRest(result, world) }
  }

  /// How often the last pass wrote the journal.
  var journalWrites: Int { writes.withLock { $0 } }

  private func countWrite(_ side: JournalMoment) -> Int {
    writes.withLock { count in
      defer { if side == .after { count += 1 } }
      return count
    }
  }

  /// Ends all faults: hosts answer, links run, guests heed the power button.
  func endFaults() {
    let foreign = foreign
    worlds.meddle { world in
      world.faults = []
      for cell in world.cells.indices {
        for guest in world.cells[cell].instances.indices {
          if world.cells[cell].instances[guest].uuid == foreign { continue }
          world.cells[cell].instances[guest].ignoresAcpi = false
          world.cells[cell].instances[guest].shutdownMilliseconds = SimulatedInstance.shutdownMillisecondsDefault
        }
        for host in world.cells[cell].hosts.indices { world.cells[cell].hosts[host].reachable = true }
      }
    }
  }

  /// Where everything declared stood when a pass began.
  private func standing(_ result: PassResult) -> String {
    let copies = worlds.peek().cells.flatMap(\.instances)
    let guests = desired.instances.map { instance in
      let places = copies.filter { $0.name == instance.name }.map { "\($0.host) \($0.power)" }
      return "guest \(instance.name) \(instance.labels) \(instance.placement) required \(instance.required): \(places)"
    }
    let hosts = desired.hosts.map { "host \($0.name) \($0.labels) maintenance \($0.maintenance != nil) relieve \($0.capacity.relieve)" }
    return (guests + hosts + desired.rules.map { "rule \($0.kind) \($0.selector) \($0.hold)" }).joined(separator: "\n")
  }

  /// What the last pass left, for a failed test to print.
  func describe(_ result: PassResult?) async -> String {
    let names = Set(result?.moves.compactMap(\.operation.instance) ?? [])
    let told =
      (try? await keeper.call {
        try $0.operations(limit: 100).filter { $0.isOpen || $0.record.operation.instance.map(names.contains) ?? true }
      }) ?? []
    let lines =
      told.map {
        "\($0.record.id) \($0.record.operation.words) \($0.record.state) \($0.record.detail): \($0.steps.map { "\($0.intent) \($0.step.name) \($0.state) \($0.detail)" })"
      }
      + (result?.plan.moves.map { "plan \($0.id) \($0.instance) \($0.from)→\($0.to) \($0.mode) \($0.reason.text)" } ?? [])
      + (result?.moves.map { "ran \($0.operation.words) \($0.endState.map { "\($0)" } ?? "open") \($0.endDetail)" } ?? [])
      + (result?.dropped.map { "dropped \($0.operation.words) \($0.why)" } ?? [])
      + (result?.plan.blocked.map { "blocked \($0.text)" } ?? []) + ["not in sync \(String(describing: result?.plan.notInSync))"]
    return lines.joined(separator: "\n")
  }

  /// What stands after a pass with faults: the journal, the guests, and what others did or may still do.
  func trace() async -> String {
    let told = (try? await keeper.call { try $0.operations(limit: 100) }) ?? []
    let moves = told.map { journal in
      let steps = journal.steps.map { "\($0.intent) \($0.step.name) \($0.state) \($0.at) \($0.detail)" }
      return
        "\(journal.record.id) \(journal.record.operation.words) \(journal.record.state): \(steps)"
    }
    let world = worlds.peek()
    let guests = world.cells.flatMap(\.instances).map {
      "\($0.name) on \($0.host) \($0.power) stopped by \($0.stoppedBy?.rawValue ?? "-") disabled \($0.disabled) \($0.others.map { "\($0)" } ?? "")"
    }
    let jobs = world.jobs.map { "\($0.id) \($0.intent) \($0.step.name) of \($0.step.instance) \($0.begunAt) \($0.state)" }
    let revision = manifests.withLock { $0.revision }
    return (["\(clock.now()) at \(revision)"] + moves + guests + jobs + world.faults.map { "\($0)" }).joined(separator: "\n")
  }

  /// A guest that never shuts down is asked again and again, more and more rarely: that is as much rest as there can be.
  private func isDeafToItsShutdown(_ journal: OperationJournal) -> Bool {
    guard let last = journal.steps.last, last.step.isShutDown, last.state == .inDoubt else { return false }
    return worlds.peek().cells.flatMap(\.instances).contains { $0.uuid == last.step.uuid && $0.ignoresAcpi && $0.power == .running }
  }

  /// Passes until nothing is left to move and nothing is open, at most `passesMax`, with the same blocked set twice.
  func settle(passesMax: Int = 12) async throws -> Rest? {
    var previous: PassResult?
    for _ in 0..<passesMax {
      clock.advance(milliseconds: Simulation.patienceMilliseconds)
      let result: PassResult
      do {
        result = try await pass()
      } catch Refusal.anotherWriter where foreign != nil {
        return .refused
      }
      let open = try await keeper.call { try $0.openOperations() }.count { !isDeafToItsShutdown($0) }
      let backingOff = !result.plan.notInSync.backingOff.isEmpty
      if let last = previous, result.plan.moves.isEmpty, result.moves.isEmpty, open == 0, !backingOff,
        last.plan.blocked == result.plan.blocked
      {
        return .atRest(result)
      }
      if environment("RECONCILE_TRACE") != nil { print("seed \(seed):\n" + (await describe(result)) + "\n" + standing(result)) }
      previous = result
    }
    print("seed \(seed):\n" + (await describe(previous)))
    return nil
  }
}
