import Glibc
import OwnFiles
import Synchronization

/// The right to change the fleet from this machine: an OS lock that ends with the process, however it ends.
package final class StateLock: Sendable {
  enum Held: Sendable {
    case file(descriptor: Int32)
    /// Of a store in memory, which has no file and nobody to share it with.
    case memory
  }

  private let held: Mutex<Held?>
  private let state: LockState

  init(_ held: Held, state: LockState) {
    self.held = Mutex(held)
    self.state = state
    state.isHeld.withLock { $0 = true }
  }

  deinit { release() }

  /// Gives the lock back; a second call does nothing.
  package func release() {
    held.withLock { held in
      guard let giving = held else { return }
      held = nil
      state.isHeld.withLock { $0 = false }
      guard case .file(let descriptor) = giving else { return }
      // The file stays: removing it would let two processes lock two files of one name. A failure to empty it only leaves a stale text.
      _ = ftruncate(descriptor, 0)
      close(descriptor)
    }
  }
}

/// Whether this store's process lock is held; shared by the store and its lock.
final class LockState: Sendable {
  let isHeld = Mutex(false)
}

extension StateStore {
  /// Takes the lock of this database (`PATH.lock`) without waiting; `holder` is what another process is told, as `reconcile watch`.
  ///
  /// Throws `locked`, naming who holds it, `notWritable` or `readOnly`.
  package func lock(holder: String) throws(StateStoreError) -> StateLock {
    if access == .readOnly {
      throw StateStoreError(
        .readOnly, "\(path) was opened only to be read, so it cannot be locked", hint: "this is a defect of reconcile: please report it")
    }
    if access == .inMemory {
      if lockState.isHeld.withLock({ $0 }) { throw locked(by: LockOwner(holder: holder)) }
      return StateLock(.memory, state: lockState)
    }
    let file = path + ".lock"
    let descriptor: Int32
    do { descriptor = try OwnFile.open(file, mode: DatabaseFile.mode) } catch {
      throw DatabaseFile.notWritable(file, because: error.reason)
    }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      let reason = DatabaseFile.systemError()
      let isTaken = errno == EWOULDBLOCK
      let owner = LockOwner(readFrom: descriptor)
      close(descriptor)
      throw isTaken ? locked(by: owner) : DatabaseFile.notWritable(file, because: "cannot lock it: \(reason)")
    }
    LockOwner(holder: holder).write(to: descriptor)
    return StateLock(.file(descriptor: descriptor), state: lockState)
  }

  private func locked(by owner: LockOwner?) -> StateStoreError {
    guard let owner else {
      return StateStoreError(
        .locked, "another reconcile holds the lock on \(path)",
        hint: "wait until it ends; `fuser \(path).lock` names it; --dry-run needs no lock")
    }
    return StateStoreError(
      .locked, "another reconcile holds the lock on \(path): \(owner)",
      hint: "wait until it ends, or stop it with `kill \(owner.pid)`; --dry-run needs no lock")
  }
}
