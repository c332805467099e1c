package import Fleet

/// What `reconcile probe` found: which hosts answer, and which of their storages are one.
package enum ProbeReport {
  /// Hosts and storages listed of each cell.
  static let rowsShownMax = 500
  /// Hosts named of one storage.
  static let hostsShownMax = 20

  package static func text(
    _ observation: Observation, proofs: StorageProofUse? = nil, unmanaged: GuestsInNoManifest? = nil, style: TextStyle
  ) -> String {
    var page = TextPage(style)
    for cell in observation.cells { add(cell, &page) }
    if let proofs {
      page.blank()
      page.wrap("Proved by tokens now and kept: \(CountFormat.text(proofs.storages, "pool")), counted on each host.")
    }
    if let unmanaged {
      page.blank()
      page.wrap(StyledText(UnmanagedFormat.text(unmanaged)))
    }
    return page.text
  }

  private static func add(_ cell: CellObservation, _ page: inout TextPage) {
    let answering = cell.hosts.count { $0.reachable }
    page.heading("Cell \(cell.name)", note: "\(CountFormat.number(answering)) of \(CountFormat.text(cell.hosts.count, "host")) answered")
    let silent = cell.hosts.filter { !$0.reachable }
    // What they are all asked through may be what is wrong: that is told once.
    let together = Dictionary(grouping: silent) { $0.unreachableReason ?? "\($0.name)" }
    rows(silent.filter { together[$0.unreachableReason ?? "\($0.name)"]?.first?.name == $0.name }, &page) { host in
      let alike = together[host.unreachableReason ?? "\(host.name)"] ?? [host]
      return StyledText(alike.map { "\($0.name)" }.joined(separator: ", "), .strong)
        + StyledText(alike.count > 1 ? " DO NOT ANSWER" : " DOES NOT ANSWER", .bad)
        + StyledText(": \(host.unreachableReason ?? "no reason given")")
    }
    rows(groups(cell), &page) { group in
      StyledText(group.title, group.tone) + StyledText(": ") + StyledText(group.places)
    }
  }

  private struct Group {
    var title: String
    var tone: Tone
    var places: String
  }

  /// One line for each shared storage, one for all local ones, one for those that nobody knows about.
  private static func groups(_ cell: CellObservation) -> [Group] {
    var shared: [String: [(host: HostName, storage: StorageID)]] = [:]
    var local: [(host: HostName, storage: StorageID)] = []
    var unknown: [(host: HostName, storage: StorageID)] = []
    for host in cell.hosts {
      for storage in host.storages {
        let place = (host: host.name, storage: storage.id)
        switch (storage.shared, storage.identity) {
        case (true, let identity?): shared[identity, default: []].append(place)
        case (false, _): local.append(place)
        default: unknown.append(place)
        }
      }
    }
    var groups = shared.sorted { $0.key < $1.key }.map { identity, places in
      Group(title: places.count > 1 ? "one storage" : "shared, by one host only", tone: .good, places: names(places) + " (\(identity))")
    }
    if !local.isEmpty { groups.append(Group(title: "local", tone: .plain, places: names(local))) }
    if !unknown.isEmpty { groups.append(Group(title: "not proved", tone: .warning, places: names(unknown))) }
    return groups
  }

  private static func names(_ places: [(host: HostName, storage: StorageID)]) -> String {
    CountFormat.list(places.map { "\($0.storage) on \($0.host)" }, limit: hostsShownMax)
  }

  private static func rows<Item>(_ items: [Item], _ page: inout TextPage, _ row: (Item) -> StyledText) {
    for item in items.prefix(rowsShownMax) { page.wrap(row(item), indent: TextPage.indent) }
    if items.count > rowsShownMax { page.wrap("and \(CountFormat.number(items.count - rowsShownMax)) more", indent: TextPage.indent) }
  }
}
