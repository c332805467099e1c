package import Fleet

/// A storage (pool, SR) as one host shows it, in a list.
package struct GetStorage: GetItem {
  package var name: StorageID
  package var cell: CellName
  package var host: HostName
  /// True: proved to be one storage with others of its identity; false: proved to be another; nil: not proved.
  package var shared: Bool?
  /// What proves that two hosts see the same storage; nil: nothing does.
  package var identity: String?
  package var freeBytes: Int

  package init(_ storage: StorageObservation, host: HostName, cell: CellName) {
    name = storage.id
    self.cell = cell
    self.host = host
    shared = storage.shared
    identity = storage.identity
    freeBytes = storage.freeBytes
  }
}

extension GetStorage {
  package static var getKind: GetKind { .storages }
  package var title: String { "\(host)/\(name)" }
  package var aliases: [String] { [name.rawValue, host.rawValue] }
  package var cellNames: [CellName] { [cell] }

  package static var columns: [GetColumn<GetStorage>] {
    [
      GetColumn(header: "NAME") { storage, _ in .word(storage.name.rawValue, .strong) },
      GetColumn(header: "CELL") { storage, _ in .word(storage.cell.rawValue) },
      GetColumn(header: "HOST") { storage, _ in .word(storage.host.rawValue) },
      GetColumn(header: "SHARED") { storage, _ in .yesOrNo(storage.shared) },
      GetColumn(header: "FREE", alignment: .trailing) { storage, _ in .bytes(storage.freeBytes) },
      GetColumn(header: "IDENTITY", isWide: true) { storage, _ in .word(storage.identity) },
    ]
  }
}
