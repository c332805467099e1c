import Hypervisor

/// All that an observation needs of a pool: one call a class, whatever its size, and all of them at once.
struct PoolRecords: Sendable {
  static let classes = ["pool", "host", "host_metrics", "VM", "VBD", "VDI", "SR", "PBD", "VIF", "network", "PIF"]

  /// Class → reference → record.
  private let tables: [String: [String: XenRecord]]

  init(_ tables: [String: [String: XenRecord]]) { self.tables = tables }

  /// Snapshots and templates are many, and each brings up to 20 kB of firmware variables along; none is a guest.
  static let guestsOnly = #"field "is_a_template" = "false" and field "is_a_snapshot" = "false""#

  static func read(
    _ calls: any XenCalls, _ deadline: Deadline, classes: [String] = Self.classes
  ) async throws(XenError) -> PoolRecords {
    let answers = await withTaskGroup(of: (String, Result<[String: XenRecord], XenError>).self) { group in
      for name in classes {
        // Not with a `do throws` in this closure: Swift 6.3.1 optimises such a one into garbage.
        group.addTask { (name, await StepLook.result { () async throws(XenError) in try await table(name, calls, deadline) }) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    var tables: [String: [String: XenRecord]] = [:]
    // In their order, so that of several failures the same one is told each time.
    for name in classes { tables[name] = try answers[name]?.get() }
    return PoolRecords(tables)
  }

  private static func table(
    _ name: String, _ calls: any XenCalls, _ deadline: Deadline
  ) async throws(XenError) -> [String: XenRecord] {
    let answer = try await name == "VM" ? guests(calls, deadline) : calls.call("\(name).get_all_records", [], deadline: deadline)
    guard let table = answer.map else {
      throw .answerLost(XenTrouble("the pool's answer about all its \(name) objects is no table of records", passing: false))
    }
    return table.compactMapValues { XenRecord($0) }
  }

  private static func guests(_ calls: any XenCalls, _ deadline: Deadline) async throws(XenError) -> XenValue {
    do throws(XenError) {
      return try await calls.call("VM.get_all_records_where", [.text(guestsOnly)], deadline: deadline)
    } catch {
      guard error.code == "MESSAGE_METHOD_UNKNOWN" else { throw error }
      return try await calls.call("VM.get_all_records", [], deadline: deadline)
    }
  }

  private func table(_ name: String) -> [String: XenRecord] { tables[name] ?? [:] }

  var pool: XenRecord? { table("pool").values.first }
  var hosts: [String: XenRecord] { table("host") }
  var guests: [String: XenRecord] { table("VM") }
  var attachments: [String: XenRecord] { table("VBD") }
  var disks: [String: XenRecord] { table("VDI") }
  var storages: [String: XenRecord] { table("SR") }
  var plugs: [String: XenRecord] { table("PBD") }
  var interfaces: [String: XenRecord] { table("VIF") }
  var networks: [String: XenRecord] { table("network") }
  var ports: [String: XenRecord] { table("PIF") }

  func metrics(of host: XenRecord) -> XenRecord? { host.reference("metrics").flatMap { table("host_metrics")[$0] } }
}
