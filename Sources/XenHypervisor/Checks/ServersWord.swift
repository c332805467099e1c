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
        if options.mode == .offline { try await assertCanLeave(guest, view) }
        if let text = try await SnapshotDisks(look: look, view: view).obstacle() {
          throw XenError.refused(code: SnapshotDisks.code, parameters: [text])
        }
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
      if step.isOfGuestThatIsOff, view.power != .off, code == "VM_INCOMPATIBLE_WITH_THIS_HOST" { return nil }
      return error
    }
  }

  /// A guest that is off is sent from a host that could start it. One that we closed is opened for it.
  private func assertCanLeave(_ guest: (reference: String, record: XenRecord), _ view: StepView) async throws(XenError) {
    guard view.power == .off, let source = view.source else { return }
    do throws(XenError) { try await assertCanBoot(guest.reference, source.reference) } catch {
      guard let code = error.code else { throw error }
      if code == "HOST_DISABLED", HostClosing.isOurs(source.record) { return }
      throw .refused(code: "NO_HOSTS_AVAILABLE", parameters: ["\(view.step.source): \(code)"])
    }
  }

  /// In words that fit the guest: no host plugs the storage of a disc that is in its drive.
  func words(_ error: XenError, _ view: StepView) async -> String {
    guard case .refused(let code, let parameters) = error else { return error.words }
    if code == SnapshotDisks.code { return parameters.joined() }
    guard code == "VM_REQUIRES_SR" || code == "SR_DOES_NOT_SUPPORT_MIGRATION" else { return error.words }
    var disks = view.disks
    // Of a live migration that copies none they were not read.
    if disks.isEmpty, let guest = view.guest { disks = (try? await look.disks(of: guest.record)) ?? [] }
    guard let disc = disks.first(where: { $0.isCD && $0.record.reference("SR").map(parameters.contains) == true }) else {
      return error.words
    }
    return StepChecks.discInTheWay(disc.target, view)
  }

  private func assertUnblocked(_ operation: String, _ guest: (reference: String, record: XenRecord)) throws(XenError) {
    guard let code = guest.record.map("blocked_operations")[operation] else { return }
    throw .refused(code: "OPERATION_BLOCKED", parameters: [operation, code])
  }

  private func assertCanBoot(_ guest: String, _ host: String) async throws(XenError) {
    _ = try await calls.call("VM.assert_can_boot_here", [.text(guest), .text(host)], deadline: deadline)
  }
}

extension Step {
  /// It begins with a guest that is off, and is asked about beforehand while that runs.
  var isOfGuestThatIsOff: Bool {
    switch action {
    case .start: true
    case .migrate(let options): options.mode == .offline
    default: false
    }
  }

  var sendsDisks: Bool { if case .migrate(let options) = action { options.mode != .live } else { false } }
}
