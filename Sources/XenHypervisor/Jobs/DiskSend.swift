import Fleet
import Hypervisor

/// The parameters of a migration that takes disks along (Storage XenMotion) within one pool.
struct DiskSend {
  /// guest, destination token, live, disk → storage, interface map, options: what `VM.assert_can_migrate` and `VM.migrate_send` both take.
  let parameters: [XenValue]
  /// The session that its token holds.
  let session: String?

  /// Asks the destination for its token, which holds a session: it goes nowhere but into the call.
  static func prepare(
    _ view: StepView, _ options: MigrateOptions, _ look: StepLook
  ) async throws(XenError) -> DiskSend {
    let (calls, deadline) = (look.calls, look.deadline)
    guard let guest = view.guest, let destination = view.destination else {
      throw .refused(code: "HANDLE_INVALID", parameters: ["the guest or its destination is gone"])
    }
    let declared = try await StreamPath(look: look).declaredNetwork(to: view.step.destination, destination.reference)
    let network: String
    if let declared {
      network = declared
    } else {
      network = try await managementNetwork(view.step.destination, destination.reference, look)
    }
    let map = try await storages(view, options, destination.reference, calls, deadline)
    let token = try await calls.call(
      "host.migrate_receive", [.text(destination.reference), .text(network), .map([:])], deadline: deadline)
    let settings: [String: XenValue] = options.policy.compression ? ["compress": .text("true")] : [:]
    return DiskSend(
      parameters: [
        .text(guest.reference), token, .flag(options.mode != .offline), .map(map.mapValues { .text($0) }), .map([:]), .map(settings),
      ], session: token.map?["session_id"]?.text)
  }

  private static func managementNetwork(_ name: HostName, _ host: String, _ look: StepLook) async throws(XenError) -> String {
    let ports = try await PoolRecords.read(look.calls, look.deadline, classes: ["PIF"]).ports.values
    guard let network = ports.first(where: { $0.reference("host") == host && $0.flag("management") })?.reference("network") else {
      throw .refused(code: "HOST_HAS_NO_MANAGEMENT_IP", parameters: [name.rawValue])
    }
    return network
  }

  /// For a token that only served a check: its session would count as one of the pool's few hundred for a day.
  func endItsSession(_ calls: any XenCalls, _ deadline: Deadline) async {
    if let session { await calls.end(session: session, deadline: deadline) }
  }

  /// Each disk, and each disc in a drive, to the storage it is to be on: a copied one to the named storage of the destination, any other to its own.
  private static func storages(
    _ view: StepView, _ options: MigrateOptions, _ destination: String, _ calls: any XenCalls, _ deadline: Deadline
  ) async throws(XenError) -> [String: String] {
    let records = try await PoolRecords.read(calls, deadline, classes: ["SR", "PBD"])
    let names = PoolNames(records)
    let plugged = Set(
      records.plugs.values.filter { $0.reference("host") == destination && $0.flag("currently_attached") }.compactMap { $0.reference("SR") }
    )
    var map: [String: String] = [:]
    for disk in view.disks {
      let move = options.disks.first { $0.target == disk.target && $0.action == .copy }
      guard let move, let pool = move.toPool, !disk.isCD else {
        // xapi leaves a disc in its drive only if it is told that it stays on its own storage.
        let own = disk.record.reference("SR") ?? ""
        guard plugged.contains(own) else { throw .refused(code: "VM_REQUIRES_SR", parameters: [own]) }
        map[disk.reference] = own
        continue
      }
      guard let storage = plugged.first(where: { names.storage($0) == pool }) else {
        throw .refused(code: "SR_NOT_ATTACHED", parameters: [pool.rawValue])
      }
      map[disk.reference] = storage
    }
    return map
  }
}
