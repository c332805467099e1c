import Fleet
import Hypervisor

/// What the pool itself says of a move: its own checks, which no count of ours replaces.
struct ServersWord {
  let look: StepLook
  private var calls: any XenCalls { look.calls }
  private var deadline: Deadline { look.deadline }

  /// The question about a live migration, asked while the records are still being read; nil: it is no such step, or its guest or host has
  /// to be found first.
  func early(on step: Step) async -> Result<Void, XenError>? {
    guard case .migrate(let options) = step.action, options.mode == .live, let guest = look.references.guest(step.uuid),
      let host = look.references.member(step.destination)?.reference
    else { return nil }
    do throws(XenError) { try await assertCanBoot(guest, host) } catch { return error.code == "HANDLE_INVALID" ? nil : .failure(error) }
    return .success(())
  }

  /// nil: the pool has nothing against the step, or is not asked about such steps. `early`: what it said already.
  func refusal(of step: Step, _ view: StepView, early: Result<Void, XenError>? = nil) async throws(XenError) -> XenError? {
    guard let guest = view.guest else { return nil }
    do throws(XenError) {
      switch step.action {
      case .migrate(let options) where options.mode == .live:
        try assertUnblocked("pool_migrate", guest)
        guard let host = view.destination?.reference else { return nil }
        _ = try await StreamPath(look: look).declaredNetwork(to: step.destination, host)
        if let early { try early.get() } else { try await assertCanBoot(guest.reference, host) }
      case .migrate(let options):
        try assertUnblocked("migrate_send", guest)
        let send = try await DiskSend.prepare(view, options, look)
        do throws(XenError) {
          _ = try await calls.call("VM.assert_can_migrate", send.parameters, deadline: deadline)
        } catch {
          await send.endItsSession(calls, deadline)
          throw error
        }
        await send.endItsSession(calls, deadline)
      case .start(let host):
        guard let there = view.hosts[host]?.reference else { return nil }
        try await assertCanBoot(guest.reference, there)
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

  private func assertCanBoot(_ guest: String, _ host: String) async throws(XenError) {
    _ = try await calls.call("VM.assert_can_boot_here", [.text(guest), .text(host)], deadline: deadline)
  }
}
