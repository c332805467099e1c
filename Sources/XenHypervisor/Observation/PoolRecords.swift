import Hypervisor

/// All that an observation needs of a pool: one call a class, whatever its size.
struct PoolRecords: Sendable {
  static let classes = ["pool", "host", "host_metrics", "VM", "VBD", "VDI", "SR", "PBD", "VIF", "network", "PIF"]

  /// Class → reference → record.
  private let tables: [String: [String: XenRecord]]

  init(_ tables: [String: [String: XenRecord]]) { self.tables = tables }

  static func read(
    _ calls: any XenCalls, _ deadline: Deadline, classes: [String] = Self.classes
  ) async throws(XenError) -> PoolRecords {
    var answers: [String: [String: XenRecord]] = [:]
    for name in classes {
      let answer = try await calls.call("\(name).get_all_records", [], deadline: deadline)
      guard let table = answer.map else {
        throw .answerLost(XenTrouble("the pool's answer to \(name).get_all_records is no table of records", passing: false))
      }
      answers[name] = table.compactMapValues { XenRecord($0) }
    }
    return PoolRecords(answers)
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
