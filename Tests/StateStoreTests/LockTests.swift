import Fleet
import Glibc
import StateStore
import Testing

@Suite struct LockTests {
  private let folder: ScratchFolder
  private let path: String

  init() throws {
    folder = try ScratchFolder()
    path = folder.file("reconcile.db")
  }

  @Test func aSecondHolderIsToldWhoHasIt() throws {
    let first = try StateStore(path: path, access: .readWrite)
    let second = try StateStore(path: path, access: .readWrite)
    let lock = try first.lock(holder: "reconcile watch\n--yes")
    let error = try #require(failure { () throws(StateStoreError) in try second.lock(holder: "reconcile") })
    #expect(error.code == .locked)
    #expect(
      error.text.hasPrefix(
        "another reconcile holds the lock on \(path): pid \(getpid()), `reconcile watch --yes`, since 20"), "\(error.text)")
    #expect(error.hint == "wait until it ends, or stop it with `kill \(getpid())`; --dry-run needs no lock")
    lock.release()
    lock.release()
    let next = try second.lock(holder: "reconcile")
    #expect(failure { () throws(StateStoreError) in try first.lock(holder: "again") }?.code == .locked)
    next.release()
    #expect(mode(of: path + ".lock") == 0o600)
  }

  @Test func aLockThatIsDroppedIsFree() throws {
    let store = try StateStore(path: path, access: .readWrite)
    do { _ = try store.lock(holder: "one") }
    try store.lock(holder: "two").release()
  }

  @Test func anotherProcessIsRefused() async throws {
    let store = try StateStore(path: path, access: .readWrite)
    let lock = try store.lock(holder: "parent")
    await #expect(processExitsWith: .exitCode(7)) { [path = path as String, parent = Int(getpid()) as Int] in
      let other = try StateStore(path: path, access: .readWrite)
      let error = failure { () throws(StateStoreError) in try other.lock(holder: "child") }
      exit(error?.code == .locked && error?.text.contains("pid \(parent), `parent`") == true ? 7 : 1)
    }
    lock.release()
  }

  @Test func aKilledHolderLeavesTheLockFree() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try StateStore(path: path, access: .readWrite)
      let lock = try store.lock(holder: "child")
      _ = try store.takeLease(now: .start, lifetimeMilliseconds: 60_000)
      kill(getpid(), SIGKILL)
      lock.release()
    }
    let store = try StateStore(path: path, access: .readWrite)
    let lock = try store.lock(holder: "successor")
    #expect(try store.takeLease(now: .start.seconds(1), lifetimeMilliseconds: 60_000) == 2, "the dead child's lease had not expired")
    lock.release()
  }

  @Test func inMemoryTooThereIsOneHolder() throws {
    let store = try StateStore(path: ":memory:", access: .inMemory)
    let lock = try store.lock(holder: "one")
    #expect(failure { () throws(StateStoreError) in try store.lock(holder: "two") }?.code == .locked)
    lock.release()
    try store.lock(holder: "two").release()
  }

  @Test func epochsRiseAndAnOldOneIsLost() throws {
    let store = try StateStore(path: path, access: .readWrite)
    #expect(failure { () throws(StateStoreError) in try store.takeLease(now: .start, lifetimeMilliseconds: 1) }?.code == .locked)
    let lock = try store.lock(holder: "test")
    let first = try store.takeLease(now: .start, lifetimeMilliseconds: 60_000)
    try store.renewLease(first, now: .start.seconds(30))
    #expect(try store.lease() == Lease(epoch: first, takenAt: .start, expiresAt: .start.seconds(90)))
    let second = try store.takeLease(now: .start.seconds(40), lifetimeMilliseconds: 60_000)
    #expect(second == first + 1)
    let lost = try #require(failure { () throws(StateStoreError) in try store.renewLease(first, now: .start.seconds(41)) })
    #expect(lost.code == .leaseLost)
    #expect(lost.text == "this run no longer holds \(path): a later run (epoch 2, this is 1) took it over")
    let late = failure { () throws(StateStoreError) in try store.append([Sample.move("w-1", .queued)], epoch: first) }
    #expect(late?.code == .leaseLost, "and writes nothing")
    #expect(try store.operation("w-1") == nil)
    try store.append([Sample.move("w-1", .queued)], epoch: second)
    try store.releaseLease(second)
    #expect(try store.lease() == nil)
    let released = failure { () throws(StateStoreError) in try store.renewLease(second, now: .start.seconds(42)) }
    #expect(released?.text == "this run no longer holds \(path): a later run that has ended took it over")
    #expect(failure { () throws(StateStoreError) in try store.append([Sample.move("w-2", .queued)], epoch: second) }?.code == .leaseLost)
    #expect(try store.takeLease(now: .start.seconds(43), lifetimeMilliseconds: 1) == 3)
    lock.release()
  }
}
