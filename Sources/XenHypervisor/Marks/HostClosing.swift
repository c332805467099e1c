import Fleet
import Hypervisor

/// Disables a host for maintenance and enables it again, but only if it was us who disabled it.
struct HostClosing {
  static let key = "reconcile_maintenance"
  /// What XenCenter and Xen Orchestra leave on a host in maintenance.
  private static let foreignKey = "MAINTENANCE_MODE"

  let calls: any XenCalls
  let writer: WriterIdentity

  /// `isToBeClosed`: it is declared in maintenance, so that one we died over between marker and disabling is to be closed still.
  static func admission(of host: XenRecord, isToBeClosed: Bool) -> HostObservation.Admission {
    if isInForeignHands(host) { return .closed }
    let isOurs = host.map("other_config")[key] != nil
    if host.flag("enabled") { return isOurs && !isToBeClosed ? .closedByUs : .open }
    return isOurs ? .closedByUs : .closed
  }

  /// Disabled by us and by nobody else.
  static func isOurs(_ host: XenRecord) -> Bool { host.map("other_config")[key] != nil && !isInForeignHands(host) }

  static func takesGuests(_ host: XenRecord) -> Bool { host.flag("enabled") && !isInForeignHands(host) }

  /// Whoever else has it in maintenance opens it.
  private static func isInForeignHands(_ host: XenRecord) -> Bool { host.map("other_config")[foreignKey] != nil }

  /// The marker first: should we die between the two, the host is recognised as ours to open.
  func close(_ host: String, _ deadline: Deadline) async throws(XenError) {
    let record = try await record(host, deadline)
    if record.map("other_config")[Self.key] == nil {
      guard record.flag("enabled") else { return }
      _ = try await calls.call(
        "host.add_to_other_config", [.text(host), .text(Self.key), .text("\(writer.fleet) \(writer.writer)")], deadline: deadline)
    }
    if record.flag("enabled") { try await disable(host, deadline) }
  }

  /// It is disabled, and by us alone.
  func isClosedByUs(_ host: String, _ deadline: Deadline) async throws(XenError) -> Bool {
    let record = try await record(host, deadline)
    return Self.isOurs(record) && !record.flag("enabled")
  }

  /// Lets one of our own disabled hosts start a guest; the marker stays, so that it is closed again whatever becomes of us.
  func reopen(_ host: String, _ deadline: Deadline) async throws(XenError) {
    _ = try await calls.call("host.enable", [.text(host)], deadline: deadline)
  }

  func reclose(_ host: String, _ deadline: Deadline) async { try? await disable(host, deadline) }

  /// Over a reboot too, where the server can be told so (25.31 and newer); an older one enables the host again, and the next pass closes it again.
  private func disable(_ host: String, _ deadline: Deadline) async throws(XenError) {
    do throws(XenError) {
      _ = try await calls.call("host.disable", [.text(host), .flag(false)], deadline: deadline)
    } catch {
      guard error.code == "MESSAGE_PARAMETER_COUNT_MISMATCH" else { throw error }
      _ = try await calls.call("host.disable", [.text(host)], deadline: deadline)
    }
  }

  /// The marker last, for the same reason.
  func open(_ host: String, _ deadline: Deadline) async throws(XenError) {
    let record = try await record(host, deadline)
    guard record.map("other_config")[Self.key] != nil, !Self.isInForeignHands(record) else { return }
    if !record.flag("enabled") { _ = try await calls.call("host.enable", [.text(host)], deadline: deadline) }
    _ = try await calls.call("host.remove_from_other_config", [.text(host), .text(Self.key)], deadline: deadline)
  }

  /// True if the host is as the step wants it, or as somebody else wants it.
  func isSettled(_ host: String, closed: Bool, _ deadline: Deadline) async throws(XenError) -> Bool {
    let record = try await record(host, deadline)
    let isOurs = record.map("other_config")[Self.key] != nil
    return closed ? !record.flag("enabled") : !isOurs
  }

  private func record(_ host: String, _ deadline: Deadline) async throws(XenError) -> XenRecord {
    guard let record = XenRecord(try await calls.call("host.get_record", [.text(host)], deadline: deadline)) else {
      throw .refused(code: "HANDLE_INVALID", parameters: ["host", host])
    }
    return record
  }
}
