package import Fleet

/// A declared host in a list.
package struct GetHost: GetItem {
  package enum State: String, Sendable, Codable, CaseIterable {
    case open
    /// It takes no new guests, and is not drained.
    case closed
    case maintenance
    /// In maintenance, and known to hold no guest: it may be switched off.
    case empty
    case decommissioned
  }

  package var name: HostName
  package var cell: CellName
  /// Nil: only the host could tell, and it did not.
  package var state: State?
  /// Nil: never observed.
  package var reachable: Bool?
  /// Guests it shows, declared or not; nil: it does not answer, or was never observed. So with all numbers.
  package var guests: Int?
  package var memoryUsedBytes: Int?
  /// What guests may be charged, overcommitted and without the reserve.
  package var memoryBytes: Int?
  package var vcpusUsed: Int?
  package var vcpus: Int?
  package var maintenance: StatusMaintenance?
  /// Why it does not answer.
  package var unreachableReason: String?
  /// When it last answered, EMPTY and in maintenance as now.
  package var emptySince: Timestamp?
  package var labels: [String: String]
  /// `path:line`.
  package var manifest: String

  package init(
    name: HostName, cell: CellName, state: State?, reachable: Bool?, guests: Int? = nil, load: HostLoad? = nil,
    maintenance: StatusMaintenance? = nil, unreachableReason: String? = nil, emptySince: Timestamp? = nil, labels: [String: String] = [:],
    manifest: String
  ) {
    self.name = name
    self.cell = cell
    self.state = state
    self.reachable = reachable
    self.guests = guests
    memoryUsedBytes = load?.memoryBytes
    memoryBytes = load?.memoryCapacityBytes
    vcpusUsed = load?.vcpus
    vcpus = load?.vcpuCapacity
    self.maintenance = maintenance
    self.unreachableReason = unreachableReason
    self.emptySince = emptySince
    self.labels = labels
    self.manifest = manifest
  }
}

extension GetHost {
  package static var getKind: GetKind { .hosts }
  package var title: String { name.rawValue }
  package var aliases: [String] { [] }
  package var cellNames: [CellName] { [cell] }

  package static var columns: [GetColumn<GetHost>] {
    [
      GetColumn(header: "NAME") { host, _ in .word(host.name.rawValue, .strong) },
      GetColumn(header: "CELL") { host, _ in .word(host.cell.rawValue) },
      GetColumn(header: "STATE") { host, _ in host.stateValue },
      GetColumn(header: "GUESTS", alignment: .trailing) { host, _ in .count(host.guests) },
      GetColumn(header: "MEMORY-USED", alignment: .trailing) { host, _ in .bytes(host.memoryUsedBytes) },
      GetColumn(header: "MEMORY", alignment: .trailing) { host, _ in .bytes(host.memoryBytes) },
      GetColumn(header: "VCPUS-USED", alignment: .trailing, isWide: true) { host, _ in .count(host.vcpusUsed) },
      GetColumn(header: "VCPUS", alignment: .trailing, isWide: true) { host, _ in .count(host.vcpus) },
      GetColumn(header: "REASON", isWide: true) { host, _ in .word(host.reason) },
      GetColumn(header: "LABELS", isWide: true) { host, _ in .labels(host.labels) },
    ]
  }

  /// `maintenance,unreachable`: what is declared, then whether it answers.
  private var stateValue: GetValue {
    let word = state.map { $0 == .empty ? "EMPTY" : $0.rawValue }
    let words = [word, reachable == false ? "unreachable" : nil].compactMap { $0 }
    let isBad = reachable == false && state != .decommissioned && emptySince == nil
    return .word(words.joined(separator: ","), isBad ? .bad : state == .empty ? .good : state == .open ? .plain : .warning)
  }

  private var reason: String {
    let parts = [maintenance?.reason, maintenance?.ticket, maintenance?.overdue == true ? "overdue" : nil, unreachableReason]
    return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
