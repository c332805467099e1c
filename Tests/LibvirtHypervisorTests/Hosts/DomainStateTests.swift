import CLibvirt
import Fleet
import Testing

@testable import LibvirtHypervisor

/// Every state and reason of libvirt 9, as the settlement of uncertain states needs it.
@Suite struct DomainStateTests {
  private func presence(_ state: virDomainState, _ reason: UInt32, incoming: Bool = false, persistent: Bool = true) -> Presence {
    DomainState(state: Int32(state.rawValue), reason: Int32(reason))
      .presence(persistent: persistent, disabled: false, incoming: incoming)
  }

  @Test func running() {
    #expect(presence(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED.rawValue) == .running)
    #expect(presence(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_MIGRATION_CANCELED.rawValue) == .running)
    #expect(presence(VIR_DOMAIN_BLOCKED, 0) == .running)
    #expect(presence(VIR_DOMAIN_SHUTDOWN, 0) == .running, "still shutting down: it holds its memory")
  }

  @Test func halvesOfAPostCopyAreNeverTakenForWholes() {
    #expect(presence(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_POSTCOPY.rawValue) == .postCopyTarget(failed: false))
    #expect(presence(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_POSTCOPY_FAILED.rawValue) == .postCopyTarget(failed: true))
    #expect(presence(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_POSTCOPY.rawValue) == .postCopySource)
    #expect(presence(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_POSTCOPY_FAILED.rawValue) == .postCopySource)
  }

  @Test func paused() {
    #expect(presence(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER.rawValue) == .paused(.user))
    #expect(presence(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_IOERROR.rawValue) == .paused(.ioError))
    #expect(presence(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION.rawValue) == .paused(.migration))
    #expect(presence(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION.rawValue, incoming: true) == .incoming)
    #expect(presence(VIR_DOMAIN_PMSUSPENDED, 0) == .paused(.user))
    #expect(presence(VIR_DOMAIN_NOSTATE, 0) == .incoming)
  }

  @Test func off() {
    #expect(
      presence(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_CRASHED.rawValue) == .off(defined: true, disabled: false, reason: .crashed))
    #expect(
      presence(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_MIGRATED.rawValue, persistent: false)
        == .off(defined: false, disabled: false, reason: .migrated))
    #expect(presence(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SHUTDOWN.rawValue) == .off(defined: true, disabled: false, reason: .shutDown))
  }

  @Test func power() {
    #expect(DomainState(state: 5, reason: 3).power == .crashed)
    #expect(DomainState(state: 5, reason: 1).power == .off)
    #expect(DomainState(state: 1, reason: 1).power == .running)
    #expect(DomainState(state: 3, reason: 5).power == .paused)
    #expect(DomainState(state: 3, reason: 5).isPausedOnIOError)
    #expect(!DomainState(state: 5, reason: 1).isActive)
  }
}
