import Execution
import Fleet
import Reporting
import StateStore

/// What lies about on hosts: what our journal says we left, then what the drivers found.
struct LeftoverFinder {
  /// Moves of an instance searched for who made a leftover.
  static let movesSearchedMax = 200

  private let store: StateStore
  private var journals: [InstanceName: [OperationJournal]] = [:]
  private var found: [StatusLeftover] = []

  static func find(_ cells: [CellObservation], _ store: StateStore) throws -> [StatusLeftover] {
    var finder = LeftoverFinder(store: store)
    for cell in cells { try finder.addDefinitions(cell) }
    try finder.addCopies()
    let retired = try store.retiredDisks()
    for cell in cells { try finder.addFindings(cell, retired) }
    return finder.found
  }

  /// Kept disks whose deletion was refused or failed, a sentence each.
  static func keptDisksThatStay(_ store: StateStore) throws -> [String] {
    try store.keptDiskTroubles().map { trouble in
      "the kept disk \(trouble.target) in pool \(trouble.pool) of \(trouble.host) stays: \(trouble.text); tried again after \(trouble.until)"
    }
  }

  private init(store: StateStore) { self.store = store }

  /// Copies that are off while the same guest is active elsewhere.
  private mutating func addDefinitions(_ cell: CellObservation) throws {
    let copies = Dictionary(grouping: cell.instances, by: \.uuid).filter { $0.value.count > 1 }
    for (uuid, copies) in copies.sorted(by: { $0.key < $1.key }) {
      guard let living = copies.first(where: \.power.isActive), let home = living.host else { continue }
      for copy in copies where copy.host != home && !copy.power.isActive {
        guard let host = copy.host else { continue }
        found.append(
          StatusLeftover(
            host: host, what: .definition, text: "a definition of \(living.name), which lives on \(home), is off on \(host)",
            name: living.name.rawValue, uuid: uuid, ours: try isOurs(uuid, living.name, host)))
      }
    }
  }

  /// Copied disks of moves that a person was asked to look at; of all others they are removed by the move itself.
  private mutating func addCopies() throws {
    for (uuid, item) in try store.needsHuman().sorted(by: { $0.key < $1.key }) {
      guard let name = item.instance, let last = try moves(of: name).first(where: { $0.move?.uuid == uuid }),
        last.record.state == .needsHuman, let destination = last.move?.to
      else { continue }
      for disk in CopiedDisks.left(by: last) {
        guard let pool = disk.toPool else { continue }
        found.append(
          StatusLeftover(
            host: destination, what: .disk,
            text: "a copy of disk \(disk.target) of \(name) in pool \(pool), made by move \(last.record.id), which needs a human",
            storage: pool, uuid: uuid, ours: true))
      }
    }
  }

  /// What drivers found, but for what is listed already, here or as a kept disk.
  private mutating func addFindings(_ cell: CellObservation, _ retired: [RetiredDisk]) throws {
    let names = Dictionary(cell.instances.map { ($0.uuid, $0.name) }, uniquingKeysWith: { first, _ in first })
    for item in cell.leftovers {
      let what = StatusLeftover.What(item.kind)
      if what == .definition, found.contains(where: { $0.what == what && $0.host == item.host && $0.uuid == item.uuid }) { continue }
      if what == .volume, retired.contains(where: { $0.isFound(as: item, in: cell.name) }) { continue }
      let ours = try item.uuid.flatMap { uuid in try names[uuid].map { try isOurs(uuid, $0, item.host) } } ?? false
      found.append(
        StatusLeftover(
          host: item.host, what: what, text: item.text, name: item.name, storage: item.storage, uuid: item.uuid, ours: ours))
    }
  }

  /// A move that was refused before it began, perhaps because of the very thing that was found, made nothing.
  private mutating func isOurs(_ uuid: InstanceUUID, _ name: InstanceName, _ host: HostName) throws -> Bool {
    try moves(of: name).contains { journal in
      guard let move = journal.move, move.uuid == uuid, move.from == host || move.to == host else { return false }
      return journal.record.state == .succeeded || journal.steps.contains { $0.state != .refused }
    }
  }

  /// Newest first.
  private mutating func moves(of name: InstanceName) throws -> [OperationJournal] {
    if let known = journals[name] { return known }
    let moves = try store.operations(limit: Self.movesSearchedMax, instance: name).filter { $0.move != nil }
    journals[name] = moves
    return moves
  }
}

extension RetiredDisk {
  /// A volume of that name, or of that guest in that pool, if the journal knows no name.
  fileprivate func isFound(as item: Leftover, in cell: CellName) -> Bool {
    guard self.cell == cell, host == item.host, item.storage == nil || item.storage == pool else { return false }
    return volume.map { $0 == item.name } ?? (uuid == item.uuid)
  }
}

extension StatusLeftover.What {
  fileprivate init(_ kind: Leftover.Kind) {
    switch kind {
    case .definition: self = .definition
    case .volume: self = .volume
    case .nvram: self = .nvram
    case .tpm: self = .tpm
    case .domainHalf: self = .domainHalf
    }
  }
}
