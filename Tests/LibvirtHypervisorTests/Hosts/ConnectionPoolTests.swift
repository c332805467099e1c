import Dispatch
import Glibc
import Hypervisor
import Synchronization
import Testing

@testable import LibvirtHypervisor

/// The rule that keeps libvirt's client whole: at most one call at a time on a connection.
@Suite struct ConnectionPoolTests {
  private typealias Pool = ConnectionPool<FakeConnection>

  @Test(arguments: [1, 2, 3]) func neverTwoCallsOnOneConnection(seed: UInt64) async {
    let pool = Pool()
    let world = FakeWorld()
    let calls = 400
    let values = await withTaskGroup(of: Int?.self) { group in
      for index in 0..<calls {
        let microseconds = UInt32(Seeded(seed &+ UInt64(index)).below(3000))
        let breaks = Seeded(seed &* 31 &+ UInt64(index)).below(10) == 0
        group.addTask {
          // No call is late here, however long other tests keep the machine busy: what is late keeps its connection, and is another test.
          let outcome = await pool.call(Deadline(milliseconds: 1_800_000)) { idle in
            let connection = world.living(idle)
            connection.use { usleep(microseconds) }
            if breaks { connection.breaks() }
            return (index, breaks ? nil : connection)
          }
          if case .value(let value) = outcome { return value }
          return nil
        }
      }
      return await group.reduce(into: Set<Int>()) { if let value = $1 { $0.insert(value) } }
    }
    #expect(values.count == calls, "seed \(seed): every call came back")
    #expect(world.usedByTwoAtOnce == 0, "seed \(seed)")
    #expect(world.aliveMost <= Pool.connectionsMax, "seed \(seed): \(world.aliveMost) connections at once")
    #expect(world.opened > Pool.connectionsMax, "seed \(seed): broken ones were replaced")
  }

  @Test func aHungCallKeepsItsConnectionAndAnotherTakesItsPlace() async {
    let pool = Pool()
    let world = FakeWorld()
    let gate = DispatchSemaphore(value: 0)
    let hung = await pool.call(Deadline(milliseconds: 50)) { idle in
      let connection = world.living(idle)
      connection.use { gate.wait() }
      return (0, connection)
    }
    #expect(isLate(hung))
    #expect(pool.hungCalls == 1)
    let next = await pool.call(Deadline(milliseconds: 5000)) { idle in
      let connection = world.living(idle)
      return (ObjectIdentifier(connection), connection)
    }
    gate.signal()
    await eventually { pool.hungCalls == 0 }
    // What came back so late is closed, not used again.
    let after = await pool.call(Deadline(milliseconds: 5000)) { idle in (idle.map(ObjectIdentifier.init), idle) }
    guard case .value(let second) = next, case .value(let third?) = after else {
      Issue.record("\(next) \(after)")
      return
    }
    #expect(second == third)
    await eventually { world.alive == 1 }
    #expect(world.usedByTwoAtOnce == 0)
  }

  @Test func aHostWhoseCallsHangIsNotAskedUntilOneReturns() async {
    let pool = Pool()
    let world = FakeWorld()
    let gate = DispatchSemaphore(value: 0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<Pool.hungCallsMax {
        group.addTask {
          let outcome = await pool.call(Deadline(milliseconds: 300)) { idle in
            let connection = world.living(idle)
            connection.use { gate.wait() }
            return ((), connection)
          }
          #expect(isLate(outcome) || isBusy(outcome))
        }
      }
    }
    while pool.hungCalls < Pool.hungCallsMax {
      _ = await pool.call(Deadline(milliseconds: 20)) { idle in
        let connection = world.living(idle)
        connection.use { gate.wait() }
        return ((), connection)
      }
    }
    let refused = await pool.call(Deadline(milliseconds: 50)) { ((), $0) }
    guard case .closed = refused else {
      Issue.record("\(refused)")
      return
    }
    for _ in 0..<Pool.hungCallsMax { gate.signal() }
    await eventually { pool.hungCalls == 0 }
    let heard = await pool.call(Deadline(milliseconds: 5000)) { idle in (true, world.living(idle)) }
    guard case .value(true) = heard else {
      Issue.record("\(heard)")
      return
    }
  }

  @Test func aCallThatFindsNoFreeConnectionWaitsNoLongerThanItsDeadline() async {
    let pool = Pool()
    let world = FakeWorld()
    let gate = DispatchSemaphore(value: 0)
    let begun = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<Pool.connectionsMax {
        group.addTask {
          _ = await pool.call(Deadline(milliseconds: 20_000)) { idle in
            let connection = world.living(idle)
            begun.count()
            connection.use { gate.wait() }
            return ((), connection)
          }
        }
      }
      await eventually { begun.value == Pool.connectionsMax }
      let ran = Counter()
      let early = await pool.call(Deadline(milliseconds: 100)) { idle in
        ran.count()
        return ((), idle)
      }
      #expect(isBusy(early))
      #expect(ran.value == 0, "it was not begun")
      group.addTask {
        let patient = await pool.call(Deadline(milliseconds: 20_000)) { (1, $0) }
        guard case .value(1) = patient else {
          Issue.record("the waiting call got no place although some came free: \(patient)")
          return
        }
      }
      for _ in 0..<Pool.connectionsMax { gate.signal() }
    }
    #expect(world.usedByTwoAtOnce == 0)
  }

  @Test func oneConnectionListensUntilItIsLost() async {
    let pool = Pool()
    let world = FakeWorld()
    let first = FakeConnection(world)
    let second = FakeConnection(world)
    #expect(pool.claimListening(first))
    #expect(!pool.claimListening(second))
    #expect(!pool.claimListening(first), "it listens already")
    first.breaks()
    #expect(pool.claimListening(second))
  }
}

private func isLate<Value>(_ outcome: ConnectionPool<FakeConnection>.Outcome<Value>) -> Bool {
  if case .late = outcome { true } else { false }
}
private func isBusy<Value>(_ outcome: ConnectionPool<FakeConnection>.Outcome<Value>) -> Bool {
  if case .busy = outcome { true } else { false }
}

private final class Counter: Sendable {
  private let state = Mutex(0)
  var value: Int { state.withLock { $0 } }
  func count() { state.withLock { $0 += 1 } }
}

/// Waits until it holds, 10 s at most.
private func eventually(_ holds: () -> Bool) async {
  for _ in 0..<1000 {
    if holds() { return }
    try? await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("it did not come within 10 s")
}

/// What fake connections show of how they are used.
private final class FakeWorld: Sendable {
  private let state = Mutex((opened: 0, alive: 0, aliveMost: 0, usedByTwo: 0))

  var opened: Int { state.withLock { $0.opened } }
  var alive: Int { state.withLock { $0.alive } }
  var aliveMost: Int { state.withLock { $0.aliveMost } }
  var usedByTwoAtOnce: Int { state.withLock { $0.usedByTwo } }

  func living(_ idle: FakeConnection?) -> FakeConnection { if let idle, idle.isAlive { idle } else { FakeConnection(self) } }

  func isOpened() {
    state.withLock {
      $0.opened += 1
      $0.alive += 1
      $0.aliveMost = max($0.aliveMost, $0.alive)
    }
  }
  func isClosed() { state.withLock { $0.alive -= 1 } }
  func isUsedByTwo() { state.withLock { $0.usedByTwo += 1 } }
}

private final class FakeConnection: PooledConnection {
  private let world: FakeWorld
  private let state = Mutex((users: 0, isAlive: true))

  init(_ world: FakeWorld) {
    self.world = world
    world.isOpened()
  }
  deinit { breaks() }

  var isAlive: Bool { state.withLock { $0.isAlive } }
  func breaks() {
    let wasAlive = state.withLock { state in
      defer { state.isAlive = false }
      return state.isAlive
    }
    if wasAlive { world.isClosed() }
  }

  func use(_ call: () -> Void) {
    let users = state.withLock {
      $0.users += 1
      return $0.users
    }
    if users > 1 { world.isUsedByTwo() }
    call()
    state.withLock { $0.users -= 1 }
  }
}

/// Numbers that are the same for the same seed (SplitMix64).
private struct Seeded {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  func below(_ limit: UInt64) -> UInt64 {
    var word = state &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return (word ^ (word >> 31)) % limit
  }
}
