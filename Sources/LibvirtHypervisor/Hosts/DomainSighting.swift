import CLibvirt
import Fleet

/// What one host shows of one domain, as far as a step needs it; read in one go on the host's thread.
struct DomainSighting: Sendable {
  var presence: Presence
  /// Nil: it is not there.
  var state: DomainState?
  var isPersistent = false
  /// The type of the job libvirt runs on it; nil: none.
  var job: Job?

  enum Job: Sendable, Equatable {
    case migrationOut, migrationIn
    case other(String)
  }

  static let absent = DomainSighting(presence: .absent)

  init(presence: Presence) { self.presence = presence }

  /// Looks at the domain; blocks.
  init(_ domain: DomainHandle) throws(LibvirtError) {
    do throws(LibvirtError) {
      let state = try domain.state()
      let isPersistent = try domain.isPersistent()
      self.state = state
      self.isPersistent = isPersistent
      job = state.isActive ? try Self.job(of: domain) : nil
      let disabled = !state.isActive && isPersistent ? try domain.isDisabled() : false
      presence = state.presence(persistent: isPersistent, disabled: disabled, incoming: job == .migrationIn)
    } catch {
      // It went away between two of these calls: as good as never there.
      guard error.is(VIR_ERR_NO_DOMAIN) else { throw error }
      self = .absent
    }
  }

  static func look(_ uuid: InstanceUUID, _ connection: ConnectionHandle) throws(LibvirtError) -> DomainSighting {
    guard let domain = try connection.domain(uuid: uuid.rawValue) else { return .absent }
    return try DomainSighting(domain)
  }

  private static func job(of domain: DomainHandle) throws(LibvirtError) -> Job? {
    do throws(LibvirtError) {
      let (type, values) = try domain.jobStatistics()
      guard type == VIR_DOMAIN_JOB_BOUNDED || type == VIR_DOMAIN_JOB_UNBOUNDED else { return nil }
      return switch values.number(VIR_DOMAIN_JOB_OPERATION) {
      case Int(VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT.rawValue): .migrationOut
      case Int(VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN.rawValue): .migrationIn
      case let operation?: .other(name(ofOperation: operation))
      case nil: .other("job")
      }
    } catch {
      // The receiving side of a migration has no statistics and says so with this code.
      if error.is(VIR_ERR_OPERATION_UNSUPPORTED) { return .migrationIn }
      if error.is(VIR_ERR_OPERATION_INVALID) || error.isNotSupported { return nil }
      throw error
    }
  }

  private static func name(ofOperation operation: Int) -> String {
    switch virDomainJobOperation(rawValue: UInt32(operation)) {
    case VIR_DOMAIN_JOB_OPERATION_START: "start"
    case VIR_DOMAIN_JOB_OPERATION_SAVE: "save"
    case VIR_DOMAIN_JOB_OPERATION_RESTORE: "restore"
    case VIR_DOMAIN_JOB_OPERATION_SNAPSHOT: "snapshot"
    case VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT: "snapshot revert"
    case VIR_DOMAIN_JOB_OPERATION_DUMP: "dump"
    case VIR_DOMAIN_JOB_OPERATION_BACKUP: "backup"
    default: "job"
    }
  }
}
