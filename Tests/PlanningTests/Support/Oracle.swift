import Fleet
import Planning

/// A brute-force planner for tiny cells, written from docs/planning.md alone: it walks every placement that single migrations reach.
struct Oracle {
  struct Guest {
    var seen: InstanceObservation
    var wanted: DesiredInstance?
    var movable: Bool
    var places: [Int]
  }
  struct Way {
    var restarts: Int
    var copies: [(pool: String, bytes: Int)]
    var cost: Int
    var mode: MigrationMode
  }

  let input: PlanningInput
  let hosts: [HostObservation]
  let wantedHosts: [DesiredHost]
  var guests: [Guest] = []
  var movers: [Int] = []
  /// Guest, from, to → way; filled as needed.
  private var ways: [[[Way?]]] = []

  func knownWay(_ mover: Int, _ from: Int, _ to: Int) -> Way? { ways[mover][from][to] }

  init(_ input: PlanningInput) {
    self.input = input
    hosts = input.observation.cells[0].hosts
    wantedHosts = hosts.map { host in input.desired.hosts.first { $0.name == host.name } ?? input.desired.hosts[0] }
    for seen in input.observation.cells[0].instances {
      guard let place = hosts.firstIndex(where: { $0.name == seen.host }) else { continue }
      let wanted = input.desired.instances.first { $0.name == seen.name }
      let doubt = input.memory.inDoubt.first { $0.uuid == seen.uuid }
      let waiting = input.memory.backOff[seen.uuid].map { $0 > input.now } ?? false
      var movable = doubt == nil && !waiting && !seen.busy && hosts[place].reachable
      if wanted == nil {
        let active = seen.power == .running || seen.power == .paused
        movable = movable && active && wantedHosts[place].maintenance != nil && input.desired.cells[0].unmanaged == .evacuate
      }
      var places = [place]
      for name in doubt?.hosts ?? [] where name != seen.host {
        if let other = hosts.firstIndex(where: { $0.name == name }) { places.append(other) }
      }
      if movable { movers.append(guests.count) }
      guests.append(Guest(seen: seen, wanted: wanted, movable: movable, places: places))
    }
    ways = movers.map { guest in
      hosts.indices.map { from in hosts.indices.map { to in way(guest, from, to) } }
    }
  }

  // MARK: - Where and how

  func receives(_ host: Int) -> Bool {
    hosts[host].reachable && hosts[host].admission == .open && wantedHosts[host].maintenance == nil && !wantedHosts[host].decommissioned
  }

  func home(_ guest: Guest) -> [Int] {
    guard let wanted = guest.wanted else { return Array(hosts.indices) }
    switch wanted.placement {
    case .anywhere: return Array(hosts.indices)
    case .host(let name): return hosts.indices.filter { hosts[$0].name == name }
    case .anyOf(let names): return hosts.indices.filter { names.contains(hosts[$0].name) }
    case .hosts(let labels): return hosts.indices.filter { host in labels.allSatisfy { wantedHosts[host].labels[$0.key] == $0.value } }
    }
  }

  func isAnywhere(_ guest: Guest) -> Bool { guest.wanted == nil || guest.wanted?.placement == .anywhere }

  /// Where it may end if moved.
  func goals(_ guest: Guest) -> [Int] {
    if isAnywhere(guest) { return Array(hosts.indices) }
    let home = home(guest)
    let standing = home.filter { wantedHosts[$0].maintenance == nil }
    if !standing.isEmpty || home.isEmpty || guest.wanted?.required == true { return standing }
    return Array(hosts.indices)
  }

  func isDisplaced(_ guest: Guest, at host: Int) -> Bool {
    let home = home(guest)
    return !isAnywhere(guest) && guest.wanted?.required == false && !home.isEmpty && home.allSatisfy { wantedHosts[$0].maintenance != nil }
      && !home.contains(host)
  }

  func isMisplaced(_ guest: Guest, at host: Int) -> Bool {
    if guest.wanted == nil { return false }
    let onMaintenance = wantedHosts[host].maintenance != nil && hosts[host].reachable
    if onMaintenance && home(guest).contains(host) { return false }
    return !goals(guest).contains(host)
  }

  func mayVisit(_ guest: Guest, _ host: Int, start: Int) -> Bool {
    guard receives(host) else { return false }
    if host == start { return true }
    return guest.wanted?.required == true && !isAnywhere(guest) ? goals(guest).contains(host) : true
  }

  private func pool(_ id: StorageID?, _ host: Int) -> StorageObservation? { hosts[host].storages.first { $0.id == id } }

  private func way(_ index: Int, _ from: Int, _ to: Int) -> Way? {
    let guest = guests[index]
    let start = guest.places[0]
    guard from != to, mayVisit(guest, to, start: start) else { return nil }
    guard let direct = mode(guest, from, to) else { return nil }
    if from == start { return direct }
    // Whoever copies a disk moves once.
    guard let first = mode(guest, start, from), first.copies.isEmpty, direct.copies.isEmpty else { return nil }
    return direct
  }

  private func mode(_ guest: Guest, _ from: Int, _ to: Int) -> Way? {
    let seen = guest.seen
    let stops = Set(seen.blockers)
    if !stops.isDisjoint(with: [.blockJob, .ioError, .snapshot]) { return nil }
    if hosts[to].refusals?[seen.uuid]?.onlineOnly == false { return nil }
    if !Set(seen.networks).isSubset(of: hosts[to].networks) { return nil }
    var copies: [(pool: String, bytes: Int)] = []
    var copied = 0
    var mediaBlocks = false
    var kinds: Set<String> = []
    for disk in seen.disks {
      guard let id = disk.storage else { continue }
      let here = pool(id, from)
      let readOnly = disk.readOnly || [.cdrom, .floppy, .configDrive].contains(disk.kind)
      let same = hosts[to].storages.contains {
        $0.identity != nil && $0.identity == here?.identity && $0.shared != false && here?.shared != false
      }
      let proved = hosts[to].storages.contains {
        $0.identity != nil && $0.identity == here?.identity && $0.shared == true && here?.shared == true
      }
      if proved || (disk.kind == .volume && same) {
        if !readOnly { kinds.insert(disk.kind == .volume ? "volume" : "image") }
        continue
      }
      if disk.kind == .volume { return nil }
      if readOnly { mediaBlocks = true }
      let named = guest.wanted?.targetStorage[disk.target]
      guard here?.shared == false || named != nil, let there = pool(named ?? id, to) else { return nil }
      if named == nil, here?.needsNaming == true || there.needsNaming == true || seen.blockers.contains(.mixedDisks) { return nil }
      let apart =
        here?.shared == true && there.shared == true && here?.identity != nil && there.identity != nil && here?.identity != there.identity
      let unasked = there.shared == nil && there.source != nil
      guard here?.shared == false || there.shared == false || apart, !unasked else { return nil }
      kinds.insert("copy")
      copied += disk.allocatedBytes
      copies.append(("\(to)/\(there.id)", max(disk.virtualBytes, disk.allocatedBytes)))
    }
    return price(guest, to, copies, copied, mediaBlocks, kinds)
  }

  private func price(
    _ guest: Guest, _ to: Int, _ copies: [(pool: String, bytes: Int)], _ copied: Int, _ mediaBlocks: Bool, _ kinds: Set<String>
  ) -> Way? {
    let seen = guest.seen
    let ram = (seen.memoryMaxBytes + gib - 1) / gib
    let disk = 4 * ((copied + gib - 1) / gib)
    let fleeting = !seen.persistent || seen.blockers.contains(.transient)
    if seen.power == .off || seen.power == .crashed {
      if guest.wanted == nil || fleeting || seen.blockers.contains(.managedSave) { return nil }
      return Way(restarts: 0, copies: copies, cost: 10 + disk, mode: .offline)
    }
    let allowed = guest.wanted?.allowedModes ?? AllowedModes(live: true, block: false, cold: false)
    let online = copies.isEmpty ? allowed.live : allowed.block
    let pinned = seen.blockers.contains(.hostDevice) || seen.blockers.contains(.sharedMemory) || seen.blockers.contains(.immobile)
    let offered = [hosts[to].cpuModel] + (hosts[to].offeredCPUModels ?? [])
    let cpu = seen.cpuModel.map { offered.contains($0) } ?? true
    let isRefused = hosts[to].refusals?[seen.uuid] != nil
    if online && !pinned && cpu && !mediaBlocks && !isRefused {
      if !copies.isEmpty { return Way(restarts: 0, copies: copies, cost: 300 + ram + disk, mode: .block) }
      return Way(restarts: 0, copies: [], cost: (kinds == ["volume"] ? 150 : 100) + ram, mode: .live)
    }
    guard allowed.cold, guest.wanted != nil, seen.power == .running, !fleeting else { return nil }
    return Way(restarts: 1, copies: copies, cost: 2000 + ram + disk, mode: .cold)
  }
}
