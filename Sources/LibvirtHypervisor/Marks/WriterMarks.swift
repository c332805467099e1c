import CLibvirt
import Fleet
import Glibc
import Hypervisor

/// Leaves and takes off this writer's mark on the domains of one host; everything blocks.
struct WriterMarks {
  /// Between writing a mark and reading it back: longer than another writer takes from finding no mark to writing its own.
  static let settleMicroseconds: UInt32 = 100_000

  let writer: WriterIdentity
  let now: Timestamp

  func isKeptOff(by mark: WriterMark) -> Bool { writer.isKeptOff(by: mark, at: now) }

  /// What our metadata on a domain says, in what runs or else in its definition.
  static func read(_ domain: DomainHandle, running: Bool) throws(LibvirtError) -> ReconcileMetadata.Mark? {
    guard let text = try domain.metadata(ReconcileMetadata.markNamespace, running: running) else { return nil }
    guard let mark = ReconcileMetadata.parseMark(text) else {
      throw .refused(
        "the writer's mark on \(domain.name) cannot be read; once you know that nobody works on it, remove it: "
          + "virsh metadata \(domain.name) \(ReconcileMetadata.markNamespace) --remove")
    }
    return mark
  }

  /// Puts our mark on a domain and makes sure that it is ours that stays. Throws `Blocked` by another's.
  func put(_ intent: IntentID, on domain: DomainHandle) throws(HypervisorError) {
    do throws(LibvirtError) {
      let running = try domain.state().isActive
      let persistent = try domain.isPersistent()
      let before = try Self.read(domain, running: running)
      if let mark = before?.mark, isKeptOff(by: mark) { throw LibvirtError.otherWriter(mark, domain.name) }
      var starts = before?.autostart ?? false
      if before?.autostart == nil, persistent { starts = try domain.startsWithHost() }
      let mark = WriterMark(
        fleet: writer.fleet, writer: writer.writer, epoch: writer.epoch, intent: intent,
        expires: now.adding(milliseconds: WriterIdentity.markLifetimeMilliseconds))
      try domain.setMetadata(
        ReconcileMetadata.markElement(mark, autostart: starts), key: ReconcileMetadata.key, namespace: ReconcileMetadata.markNamespace,
        running: running, persistent: persistent)
      if before?.mark.writer != writer.writer { usleep(Self.settleMicroseconds) }
      guard let after = try Self.read(domain, running: running)?.mark else {
        throw LibvirtError.refused("the mark written on \(domain.name) is not there")
      }
      if after.writer != writer.writer { throw LibvirtError.otherWriter(after, domain.name) }
    } catch { throw error.asHypervisorError(beforeEffect: true) }
  }

  /// Takes our mark off, another's stays; gives back to the domain what it had of starting with its host.
  func takeOff(_ domain: DomainHandle) throws(LibvirtError) {
    let running = try domain.state().isActive
    guard let found = try Self.read(domain, running: running), found.mark.writer == writer.writer else { return }
    let persistent = try domain.isPersistent()
    let isDisabled = persistent && !running ? try domain.isDisabled() : false
    if found.autostart == true, persistent, !isDisabled { try domain.setStartsWithHost(true) }
    try domain.setMetadata(
      nil, key: ReconcileMetadata.key, namespace: ReconcileMetadata.markNamespace, running: running, persistent: persistent)
  }
}

extension DomainHandle {
  /// We disabled it: nothing but us is to start it.
  func isDisabled() throws(LibvirtError) -> Bool { try metadata(ReconcileMetadata.disabledNamespace, running: false) != nil }
}

extension LibvirtError {
  fileprivate static func otherWriter(_ mark: WriterMark, _ name: String) -> LibvirtError {
    var error = LibvirtError.refused("\(name) is marked by writer \(mark.writer) of fleet \(mark.fleet) until \(mark.expires)")
    error.isOtherWriter = true
    return error
  }

  /// `beforeEffect`: whatever went wrong, the effect itself had not been asked for.
  func asHypervisorError(beforeEffect: Bool) -> HypervisorError {
    if isOtherWriter { return HypervisorError(.otherWriter, message) }
    return switch (remedy, beforeEffect) {
    case (.giveUp, _): HypervisorError(.refusedNothingHappened, message)
    case (.retry, _), (.observe, true): HypervisorError(.retryLater, message)
    case (.observe, false): HypervisorError(.unknownOutcome, message)
    }
  }
}
