import CLibvirt
import Fleet

/// A domain's state with its reason, as libvirt numbers them.
struct DomainState: Sendable, Equatable {
  var state: Int32
  var reason: Int32

  private var kind: virDomainState { virDomainState(rawValue: UInt32(bitPattern: state)) }
  private func because(_ raw: UInt32) -> Bool { reason == Int32(bitPattern: raw) }

  /// A process of the hypervisor holds the guest.
  var isActive: Bool { kind != VIR_DOMAIN_SHUTOFF && !(kind == VIR_DOMAIN_CRASHED) }

  var isPaused: Bool { kind == VIR_DOMAIN_PAUSED }

  /// Paused in a way that a migration under way, on either side, explains.
  var isPausedForMigration: Bool {
    kind == VIR_DOMAIN_NOSTATE
      || (kind == VIR_DOMAIN_PAUSED
        && (because(VIR_DOMAIN_PAUSED_MIGRATION.rawValue) || because(VIR_DOMAIN_PAUSED_STARTING_UP.rawValue)))
  }

  /// Its process answers; that of a guest in the middle of a migration, or of a broken post-copy, may not.
  var answersQuestions: Bool {
    isActive && !isPausedForMigration
      && ![.postCopySource, .postCopyTarget(failed: false), .postCopyTarget(failed: true)].contains(
        presence(persistent: true, disabled: false, incoming: false))
  }

  var power: InstanceObservation.Power {
    switch kind {
    case VIR_DOMAIN_SHUTOFF: because(VIR_DOMAIN_SHUTOFF_CRASHED.rawValue) ? .crashed : .off
    case VIR_DOMAIN_CRASHED: .crashed
    case VIR_DOMAIN_PAUSED, VIR_DOMAIN_PMSUSPENDED, VIR_DOMAIN_NOSTATE: .paused
    default: .running
    }
  }

  var isPausedOnIOError: Bool { kind == VIR_DOMAIN_PAUSED && because(VIR_DOMAIN_PAUSED_IOERROR.rawValue) }

  /// `incoming`: the domain is the receiving half of a migration, which the state alone does not tell.
  func presence(persistent: Bool, disabled: Bool, incoming: Bool) -> Presence {
    switch kind {
    case VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_CRASHED: return .off(defined: persistent, disabled: disabled, reason: offReason)
    case VIR_DOMAIN_PAUSED:
      if because(VIR_DOMAIN_PAUSED_POSTCOPY.rawValue) || because(VIR_DOMAIN_PAUSED_POSTCOPY_FAILED.rawValue) { return .postCopySource }
      if incoming { return .incoming }
      if isPausedForMigration { return .paused(.migration) }
      return .paused(isPausedOnIOError ? .ioError : .user)
    case VIR_DOMAIN_NOSTATE: return .incoming
    case VIR_DOMAIN_PMSUSPENDED: return .paused(.user)
    default:
      if because(VIR_DOMAIN_RUNNING_POSTCOPY.rawValue) { return .postCopyTarget(failed: false) }
      if because(VIR_DOMAIN_RUNNING_POSTCOPY_FAILED.rawValue) { return .postCopyTarget(failed: true) }
      return .running
    }
  }

  private var offReason: Presence.OffReason {
    if kind == VIR_DOMAIN_CRASHED { return .crashed }
    return switch virDomainShutoffReason(rawValue: UInt32(bitPattern: reason)) {
    case VIR_DOMAIN_SHUTOFF_SHUTDOWN: .shutDown
    case VIR_DOMAIN_SHUTOFF_DESTROYED: .destroyed
    case VIR_DOMAIN_SHUTOFF_CRASHED: .crashed
    case VIR_DOMAIN_SHUTOFF_MIGRATED: .migrated
    case VIR_DOMAIN_SHUTOFF_FAILED: .failed
    default: .unknown
    }
  }
}
