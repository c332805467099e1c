import Fleet
import Hypervisor

/// What the pool itself says of a move: its own checks, which no count of ours replaces.
struct ServersWord {
  let calls: any XenCalls
  let deadline: Deadline

  /// nil: the pool has nothing against the step, or is not asked about such steps.
  func refusal(of step: Step, _ view: StepView) async throws(XenError) -> XenError? {
    guard let guest = view.guest else { return nil }
    do throws(XenError) {
      switch step.action {
      case .migrate(let options) where options.mode == .live:
        try assertUnblocked("pool_migrate", guest)
        try await assertCanBoot(guest.reference, view.hosts[step.destination]?.reference)
      case .migrate(let options):
        try assertUnblocked("migrate_send", guest)
        let send = try await DiskSend.prepare(view, options, calls, deadline)
        do throws(XenError) {
          _ = try await calls.call("VM.assert_can_migrate", send.parameters, deadline: deadline)
        } catch {
          await send.endItsSession(calls, deadline)
          throw error
        }
        await send.endItsSession(calls, deadline)
      case .start(let host): try await assertCanBoot(guest.reference, view.hosts[host]?.reference)
      default: break
      }
      return nil
    } catch {
      guard let code = error.code else { throw error }
      // It is asked while the guest still runs; started anew it takes what processor it finds.
      if case .start = step.action, view.power != .off, code == "VM_INCOMPATIBLE_WITH_THIS_HOST" { return nil }
      return error
    }
  }

  private func assertUnblocked(_ operation: String, _ guest: (reference: String, record: XenRecord)) throws(XenError) {
    guard let code = guest.record.map("blocked_operations")[operation] else { return }
    throw .refused(code: "OPERATION_BLOCKED", parameters: [operation, code])
  }

  private func assertCanBoot(_ guest: String, _ host: String?) async throws(XenError) {
    guard let host else { return }
    _ = try await calls.call("VM.assert_can_boot_here", [.text(guest), .text(host)], deadline: deadline)
  }
}
