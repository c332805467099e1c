/// What an error code of xapi says about trying again.
///
/// Codes and their classes: xapi-project/xen-api at e2ee48d6 (`ocaml/idl/datamodel_errors.ml`, LGPL-2.1 with linking exception), sorted by what a
/// caller can do. A code that is not listed is final: nothing is known of it.
package enum XenErrorClass: CaseIterable {
  /// Another host may do.
  case target
  /// Something about the disks or their storage.
  case storage
  /// Something about networks.
  case network
  /// The guest itself cannot, or may not.
  case vm
  /// High availability forbids it.
  case ha
  /// The pool is set up so.
  case config
  /// It may go through later, or after another look.
  case retry
  /// Who asks, or whom.
  case session
  /// The call is wrong for this server.
  case call
  /// It was begun and came to nothing, or was ended.
  case final

  package init(code: String) {
    if code.hasPrefix("SR_BACKEND_FAILURE") {
      self = .storage
    } else {
      self = Self.allCases.first { Self.codes[$0]?.contains(code) == true } ?? .final
    }
  }

  /// A refusal of this code is about who asks, or how, and says nothing of what was asked about.
  static func concernsAsker(_ code: String) -> Bool {
    let known = XenErrorClass(code: code)
    return known == .session || known == .call || code == "INTERNAL_ERROR"
  }

  /// Something else was at work at that moment, and nothing was begun.
  ///
  /// Raised while the pool decides whether it may begin; other codes of the class `retry` are of hosts and storage, too, and of what had begun.
  static let contention: Set<String> = [
    "OTHER_OPERATION_IN_PROGRESS", "TOO_MANY_STORAGE_MIGRATES", "VM_BAD_POWER_STATE", "TOO_BUSY", "TOO_MANY_PENDING_TASKS",
    "HOST_EVACUATE_IN_PROGRESS",
  ]

  static let codes: [XenErrorClass: Set<String>] = [
    .target: [
      "HOST_NOT_ENOUGH_FREE_MEMORY", "HOST_NOT_ENOUGH_PCPUS", "HOST_DISABLED", "HOST_NOT_LIVE", "HOST_OFFLINE", "NO_HOSTS_AVAILABLE",
      "VM_REQUIRES_GPU", "VM_REQUIRES_VGPU", "VM_REQUIRES_IOMMU", "VM_REQUIRES_VUSB", "VM_HVM_REQUIRED",
      "VM_INCOMPATIBLE_WITH_THIS_HOST", "VM_HOST_INCOMPATIBLE_VERSION", "VM_HOST_INCOMPATIBLE_VERSION_MIGRATE",
      "VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION",
    ],
    .storage: [
      "HOST_CANNOT_SEE_SR", "VM_REQUIRES_SR", "VM_REQUIRES_VDI", "VM_NO_SUSPEND_SR", "SR_DOES_NOT_SUPPORT_MIGRATION", "SR_FULL",
      "SR_SOURCE_SPACE_INSUFFICIENT", "SR_BACKEND_FAILURE", "SR_HAS_NO_PBDS", "SR_NOT_ATTACHED", "SR_NOT_SHARABLE",
      "SR_OPERATION_NOT_SUPPORTED", "VDI_CBT_ENABLED", "VDI_IS_ENCRYPTED", "VDI_INCOMPATIBLE_TYPE", "VDI_LOCATION_MISSING",
      "VDI_MISSING", "LOCATION_NOT_UNIQUE", "SUSPEND_IMAGE_NOT_ACCESSIBLE", "UNIMPLEMENTED_IN_SM_BACKEND",
    ],
    .network: [
      "HOST_CANNOT_ATTACH_NETWORK", "HOST_HAS_NO_MANAGEMENT_IP", "VM_REQUIRES_NETWORK", "PIF_NOT_PRESENT",
      "PIF_HAS_NO_NETWORK_CONFIGURATION", "INTERFACE_HAS_NO_IP", "REQUIRED_PIF_IS_UNPLUGGED", "TLS_CONNECTION_FAILED",
    ],
    .vm: [
      "VM_LACKS_FEATURE", "VM_LACKS_FEATURE_SUSPEND", "VM_LACKS_FEATURE_SHUTDOWN", "VM_MISSING_PV_DRIVERS", "VM_OLD_PV_DRIVERS",
      "VM_NON_SUSPENDABLE", "VM_IS_IMMOBILE", "VM_IS_USING_NESTED_VIRT", "VM_HAS_PCI_ATTACHED", "VM_HAS_VGPU", "VM_HAS_VUSBS",
      "VM_HAS_SRIOV_VIF", "VM_HAS_CHECKPOINT", "VM_HAS_TOO_MANY_SNAPSHOTS", "VM_UNSAFE_BOOT",
      "VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION", "OPERATION_NOT_ALLOWED", "OPERATION_BLOCKED",
    ],
    .ha: [
      "HOST_EVACUATE_VM_NOT_HA_PROTECTED", "VM_IS_PROTECTED", "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN", "HA_NO_PLAN", "HA_IS_ENABLED",
      "HA_NOT_ENABLED", "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", "HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED",
    ],
    .config: [
      "HOST_DISABLED_UNTIL_REBOOT", "HOST_DISABLED_INDEFINITELY", "HOST_IN_EMERGENCY_MODE", "HOST_EVACUATION_IS_REQUIRED",
      "HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", "HOST_UNKNOWN_TO_MASTER", "NOT_SUPPORTED_DURING_UPGRADE", "HOSTS_NOT_COMPATIBLE",
      "VM_DUPLICATE_VBD_DEVICE", "MEMORY_CONSTRAINT_VIOLATION", "LICENCE_RESTRICTION", "POOL_AUTH_ALREADY_ENABLED",
      "WLB_NOT_INITIALIZED", "WLB_DISABLED", "SSL_VERIFY_ERROR",
    ],
    .retry: [
      "HOST_STILL_BOOTING", "HOST_EVACUATE_IN_PROGRESS", "CANNOT_CONTACT_HOST", "VM_BAD_POWER_STATE",
      "VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED", "VM_NOT_RESIDENT_HERE", "BALLOONING_TIMEOUT_BEFORE_MIGRATION",
      "SR_VDI_LOCKING_FAILED", "VDI_IN_USE", "TOO_MANY_STORAGE_MIGRATES", "OTHER_OPERATION_IN_PROGRESS", "EVENTS_LOST",
      "EVENT_FROM_TOKEN_PARSE_FAILURE", "HANDLE_INVALID", "UUID_INVALID", "TOO_BUSY", "TOO_MANY_PENDING_TASKS", "MAP_DUPLICATE_KEY",
    ],
    .session: [
      "HOST_IS_SLAVE", "SESSION_INVALID", "SESSION_AUTHENTICATION_FAILED", "SESSION_NOT_REGISTERED", "SESSION_AUTHORIZATION_FAILED",
      "RBAC_PERMISSION_DENIED", "PERMISSION_DENIED",
    ],
    .call: [
      "HOST_NOT_DISABLED", "HOST_IS_LIVE", "VM_IS_TEMPLATE", "VDI_NOT_IN_MAP", "VIF_NOT_IN_MAP", "VDI_NEEDS_VM_FOR_MIGRATE",
      "VBD_MISSING", "EVENT_SUBSCRIPTION_PARSE_FAILURE", "MESSAGE_METHOD_UNKNOWN", "MESSAGE_PARAMETER_COUNT_MISMATCH",
      "MESSAGE_DEPRECATED", "MESSAGE_REMOVED", "FIELD_TYPE_ERROR", "NOT_IMPLEMENTED",
    ],
    .final: [
      "HOST_IN_USE", "HOST_HAS_RESIDENT_VMS", "CANNOT_EVACUATE_HOST", "VM_MIGRATE_FAILED", "VM_CRASHED", "VM_HALTED", "VM_REBOOTED",
      "VM_FAILED_SUSPEND_ACKNOWLEDGMENT", "VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT", "VM_SHUTDOWN_TIMEOUT", "VM_SUSPEND_TIMEOUT",
      "VDI_COPY_FAILED", "MIRROR_FAILED", "OPERATION_PARTIALLY_FAILED", "TASK_CANCELLED", "INTERNAL_ERROR",
    ],
  ]
}
