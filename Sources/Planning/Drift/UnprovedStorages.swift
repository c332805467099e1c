import Fleet

/// Storages with disks of guests on them of which nobody proved yet whether they are shared.
enum UnprovedStorages {
  /// Storages named in the warning.
  static let namesMax = 5

  /// Nil: there are none.
  static func warning(_ cell: CellObservation) -> String? {
    let unproved = cell.hosts.flatMap { host in host.storages.filter(\.needsProof).map { Place(host: host.name, storage: $0.id) } }
    guard !unproved.isEmpty else { return nil }
    let inUse = Set(
      cell.instances.flatMap { instance in
        instance.disks.compactMap { disk in instance.host.flatMap { host in disk.storage.map { Place(host: host, storage: $0) } } }
      })
    let telling = unproved.filter(inUse.contains)
    guard !telling.isEmpty else { return nil }
    let names = telling.prefix(namesMax).map { "\($0.storage) on \($0.host)" }.joined(separator: ", ")
    let more = telling.count > namesMax ? " and \(telling.count - namesMax) more" : ""
    let storages = telling.count == 1 ? "this storage is" : "these \(telling.count) storages are"
    return
      "cell \(cell.name): whether \(storages) shared is not proved: \(names)\(more); disks there are neither shared nor copied until a run or 'reconcile probe' proves it"
  }

  private struct Place: Hashable {
    var host: HostName
    var storage: StorageID
  }
}
