package import Hypervisor

extension XenError {
  /// The pool's own code, or nil where it did not get to say anything.
  var code: String? { if case .refused(let code, _) = self { code } else { nil } }

  /// What went wrong, for a tired reader.
  package var words: String {
    switch self {
    case .refused(let code, let parameters):
      let remedy = Self.remedies[code].map { ": \($0)" } ?? ""
      let details = Self.secretive.contains(code) ? [] : parameters.filter { !$0.hasPrefix("OpaqueRef:") && !$0.isEmpty }
      let shown = details.isEmpty ? "" : " (\(details.joined(separator: ", ").prefix(Self.detailMax)))"
      return "the pool refuses with \(code)\(shown)\(remedy)"
    case .unreachable(let trouble), .answerLost(let trouble): return trouble.description
    }
  }

  /// For an effect that was, or was not, asked for.
  package func asHypervisorError(beforeEffect: Bool) -> HypervisorError {
    switch self {
    case .refused(let code, _):
      switch XenErrorClass(code: code) {
      case .retry: return HypervisorError(.retryLater, words, blame: blameOfDelay)
      case .final: return HypervisorError(beforeEffect ? .refusedNothingHappened : .unknownOutcome, words, blame: blame)
      default: return HypervisorError(.refusedNothingHappened, words, blame: blame)
      }
    case .unreachable(let trouble): return HypervisorError(trouble.passing ? .retryLater : .refusedNothingHappened, words)
    case .answerLost(let trouble):
      if beforeEffect { return HypervisorError(trouble.passing ? .retryLater : .refusedNothingHappened, words) }
      return HypervisorError(.unknownOutcome, words)
    }
  }

  private static let detailMax = 300
  /// Their parameter is a session, which is as good as a password.
  private static let secretive: Set<String> = ["SESSION_INVALID", "SESSION_NOT_REGISTERED"]

  private static let remedies = [
    "SESSION_AUTHENTICATION_FAILED": "wrong user or password; check the credentials that the manifest names",
    "SESSION_AUTHORIZATION_FAILED": "this user has no role in the pool; give it vm-power-admin, or pool-operator for maintenance",
    "RBAC_PERMISSION_DENIED": "the user's role is too small: migrations need vm-power-admin, maintenance needs pool-operator",
    "PERMISSION_DENIED": "the user may not do this; give it a larger role",
    "SESSION_INVALID": "the session ended",
    "HOST_IS_SLAVE": "this is not the pool's master",
    "HOST_NOT_ENOUGH_FREE_MEMORY": "not enough free memory there by the pool's own count",
    "HOST_DISABLED": "the host is disabled",
    "NO_HOSTS_AVAILABLE":
      "a guest that is off is sent only from a host that is enabled, has all of its storages, and has room to start it",
    "HOST_STILL_BOOTING": "the host has not started up yet; it is tried again",
    "TOO_MANY_PENDING_TASKS": "the pool has too many tasks waiting; it is tried again",
    "HOST_NOT_LIVE": "the host's heartbeat is gone",
    "VM_REQUIRES_SR": "a disk or CD of the guest is on storage that the host has not plugged; plug its PBD, or eject the CD",
    "VM_REQUIRES_NETWORK": "the host has no interface on one of the guest's networks",
    "VM_INCOMPATIBLE_WITH_THIS_HOST": "the guest was started with CPU features that the host lacks; restart it, or level the pool's CPUs",
    "VM_LACKS_FEATURE": "the guest has no agent or drivers for this; install the guest tools",
    "VM_MISSING_PV_DRIVERS": "the guest has no PV drivers; install the guest tools",
    "VM_HAS_PCI_ATTACHED": "a PCI device is passed through to it",
    "VM_HAS_VUSBS": "a USB device is passed through to it",
    "VM_IS_PROTECTED": "high availability keeps it running",
    "OPERATION_BLOCKED": "an operator blocked this operation for the guest (VM.blocked_operations)",
    "LICENCE_RESTRICTION": "the pool's licence does not include it",
    "TOO_MANY_STORAGE_MIGRATES": "a host takes three storage migrations at once",
    "SR_DOES_NOT_SUPPORT_MIGRATION": "the storage cannot be migrated from or to",
    "SR_FULL": "no room on the storage",
    "VDI_CBT_ENABLED": "changed block tracking is on for one of its disks; switch it off for the move",
    "VDI_NOT_IN_MAP": "a disk was attached since the plan was made",
    "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN": "high availability could then not restart what it protects",
    "VM_BAD_POWER_STATE": "the guest is not in the state that this needs",
    "OTHER_OPERATION_IN_PROGRESS": "something else works on it",
    "HANDLE_INVALID": "it is gone; look again",
    "HOST_IN_EMERGENCY_MODE": "the member has lost its master; mend the pool first",
  ]
}
