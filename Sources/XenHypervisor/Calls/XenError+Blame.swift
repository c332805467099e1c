package import Fleet

extension XenError {
  /// Whose fault a refusal is, by its code; nil: the code does not tell, or the pool did not get to say anything.
  package var blame: Blame? { cause.flatMap(Self.blame) }

  /// Something else was at work at that moment, and nothing was begun: it may go through a little later.
  var isContention: Bool { cause.map(XenErrorClass.contention.contains) == true }

  /// Nobody is to blame for what others do; of what else may pass the pool says nothing, unless it names somebody.
  var blameOfDelay: Blame? { isContention || blame != .nobody ? blame : nil }

  /// The code; of a migration that failed the code of what others did meanwhile, if its last parameter names one. That a guest is in no state
  /// for it is said of one that died of its migration, too.
  private var cause: String? {
    guard case .refused("VM_MIGRATE_FAILED", let parameters) = self, let words = parameters.last else { return code }
    let named = words.split { !($0.isUppercase || $0.isNumber || $0 == "_") }.map(String.init)
    return named.first { $0 != "VM_BAD_POWER_STATE" && XenErrorClass.contention.contains($0) } ?? code
  }

  private static func blame(of code: String) -> Blame? {
    if let named = blameByCode.first(where: { $0.codes.contains(code) }) { return named.blame }
    switch XenErrorClass(code: code) {
    case .vm: return .guest
    case .target, .storage, .network, .ha: return .pair
    case .retry, .session, .call, .config: return .nobody
    case .final: return nil
    }
  }

  /// Where the class of a code does not tell whose fault it is.
  private static let blameByCode: [(blame: Blame, codes: Set<String>)] = [
    (
      .destination,
      [
        "HOST_DISABLED", "HOST_DISABLED_UNTIL_REBOOT", "HOST_DISABLED_INDEFINITELY", "HOST_NOT_LIVE", "HOST_OFFLINE",
        "HOST_HAS_NO_MANAGEMENT_IP", "INTERFACE_HAS_NO_IP", "VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED",
      ]
    ),
    (
      .guest,
      [
        "VDI_MISSING", "VDI_LOCATION_MISSING", "VDI_CBT_ENABLED", "VDI_IS_ENCRYPTED", "VDI_INCOMPATIBLE_TYPE", "VM_NO_SUSPEND_SR",
        "SUSPEND_IMAGE_NOT_ACCESSIBLE", "VM_IS_PROTECTED", "VM_DUPLICATE_VBD_DEVICE", "MEMORY_CONSTRAINT_VIOLATION", "VM_CRASHED",
        "VM_HALTED", "VM_REBOOTED", "VM_FAILED_SUSPEND_ACKNOWLEDGMENT", "VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT", "VM_SHUTDOWN_TIMEOUT",
        "VM_SUSPEND_TIMEOUT",
      ]
    ),
    (.source, ["SR_SOURCE_SPACE_INSUFFICIENT", "NO_HOSTS_AVAILABLE"]),
    (.pair, ["HOSTS_NOT_COMPATIBLE"]),
    (.nobody, ["TASK_CANCELLED"]),
  ]
}
