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

  /// Puts our mark on a domain and makes sure that it is ours that stays; from then on the domain does not start with its host.
  ///
  /// A host that loses power in the middle of a move must not boot a second copy of what runs elsewhere by then. The mark remembers what to
  /// give back. Throws `otherWriter` by another's mark.
  func put(_ intent: IntentID, on domain: DomainHandle) throws(HypervisorError) {
    do throws(LibvirtError) {
      let running = try domain.state().isActive
      let persistent = try domain.isPersistent()
      let before = try Self.read(domain, running: running)
      if let mark = before?.mark, isKeptOff(by: mark) { throw otherWriter(mark, domain.name) }
      var starts = before?.autostart == true
      if persistent, !starts { starts = try domain.startsWithHost() }
      if persistent, !starts { starts = try domain.disabledAutostart() == true }
      try domain.setMetadata(
        ReconcileMetadata.markElement(writer.mark(for: intent, at: now), autostart: starts), key: ReconcileMetadata.key,
        namespace: ReconcileMetadata.markNamespace, running: running, persistent: persistent)
      if !(before.map { writer.isOurs($0.mark) } ?? false) { usleep(Self.settleMicroseconds) }
      guard let after = try Self.read(domain, running: running)?.mark else {
        throw LibvirtError.refused("the mark written on \(domain.name) is not there")
      }
      if !writer.isOurs(after) { throw otherWriter(after, domain.name) }
      if persistent, try domain.startsWithHost() { try domain.setStartsWithHost(false) }
    } catch { throw error.asHypervisorError(beforeEffect: true) }
  }

  /// Takes our mark off a domain, another's stays. At home it starts with its host again if it did before; elsewhere nothing starts it but
  /// a person.
  func takeOff(_ domain: DomainHandle, isHome: Bool) throws(LibvirtError) {
    let running = try domain.state().isActive
    let found = try Self.read(domain, running: running)
    if let found, !writer.isOurs(found.mark) { return }
    let persistent = try domain.isPersistent()
    let disabled = persistent ? try domain.disabledAutostart() : nil
    guard found != nil || (isHome && disabled != nil) else { return }
    let starts = found?.autostart == true || disabled == true
    if persistent {
      if isHome {
        if starts { try domain.setStartsWithHost(true) }
        if disabled != nil { try domain.setDisabled(nil) }
      } else {
        if try domain.startsWithHost() { try domain.setStartsWithHost(false) }
        try domain.setDisabled(ReconcileMetadata.disabledElement(autostart: starts))
      }
    }
    guard found != nil else { return }
    try domain.setMetadata(
      nil, key: ReconcileMetadata.key, namespace: ReconcileMetadata.markNamespace, running: running, persistent: persistent)
  }

  private func otherWriter(_ mark: WriterMark, _ name: String) -> LibvirtError {
    var error = LibvirtError.refused("\(name) is marked by \(writer.words(on: mark)) until \(mark.expires)")
    error.isOtherWriter = true
    return error
  }
}

extension DomainHandle {
  /// We disabled it: nothing but us is to start it.
  func isDisabled() throws(LibvirtError) -> Bool { try disabledAutostart() != nil }

  /// Of a persistent domain that we disabled: whether it is to start with its host again once it lives there; nil: we did not.
  func disabledAutostart() throws(LibvirtError) -> Bool? {
    try metadata(ReconcileMetadata.disabledNamespace, running: false).map(ReconcileMetadata.parseDisabled)
  }

  /// Writes our disabled element into the definition, or with nil takes it out.
  func setDisabled(_ element: String?) throws(LibvirtError) {
    try setMetadata(
      element, key: ReconcileMetadata.disabledKey, namespace: ReconcileMetadata.disabledNamespace, running: false, persistent: true)
  }
}

extension LibvirtError {
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
