import Fleet

/// A pool's records as the observation that planning reads.
struct PoolSurvey {
  let cell: CellName
  /// Declared hosts and what they are in the pool (nil: nothing of that name), and hosts of the pool that no manifest names.
  let members: [(name: HostName, reference: String?)]
  private let hostNames: [String: HostName]
  /// What manifests say that hosts are called in the pool.
  private let connections: [HostName: String]
  private let inMaintenance: Set<HostName>
  private let declared: Set<HostName>
  let migrationAddresses: Set<HostName>
  let records: PoolRecords
  let isKeptOff: (WriterMark) -> Bool
  let names: PoolNames
  /// Storage reference → references of the hosts that have it plugged.
  private let pluggedOn: [String: Set<String>]
  /// Networks that xapi asks for no interface of.
  private let networksEverywhere: [String]
  private let snapshots: SnapshotDisks.Sizes

  init(
    cell: CellName, declared: [DesiredHost], _ records: PoolRecords, isKeptOff: @escaping (WriterMark) -> Bool
  ) {
    self.cell = cell
    self.records = records
    self.isKeptOff = isKeptOff
    names = PoolNames(records)
    let known = PoolMembers(declared, records)
    self.declared = Set(declared.map(\.name))
    members = self.declared.union(known.undeclared.keys).sorted().map { ($0, known[$0]) }
    hostNames = Dictionary(
      members.compactMap { name, reference in reference.map { ($0, name) } }, uniquingKeysWith: { first, _ in first })
    connections = Dictionary(
      declared.compactMap { host in host.connection.map { (host.name, $0) } }, uniquingKeysWith: { first, _ in first })
    inMaintenance = Set(declared.filter { $0.maintenance != nil }.map(\.name))
    migrationAddresses = Set(declared.filter { $0.migrationAddress != nil }.map(\.name))
    var plugged: [String: Set<String>] = [:]
    for plug in records.plugs.values where plug.flag("currently_attached") {
      if let storage = plug.reference("SR"), let host = plug.reference("host") { plugged[storage, default: []].insert(host) }
    }
    pluggedOn = plugged
    networksEverywhere = records.networks.filter { _, record in
      record.map("other_config")["assume_network_is_shared"] == "true" || record.has("managed") && !record.flag("managed")
    }.map(\.key)
    snapshots = SnapshotDisks.Sizes(records)
  }

  func observation() -> CellObservation {
    let instances = records.guests.values.filter(Self.isGuest).map(instance).sorted { ($0.uuid, $0.host ?? "") < ($1.uuid, $1.host ?? "") }
    let seen = CellObservation(
      name: cell, hosts: members.map(host), instances: instances, defaultStorage: defaultStorage,
      notes: [networkNote, storageNote].compactMap { $0 })
    return Observation(at: Timestamp(milliseconds: 0), cells: [seen]).heeding(versionRefusals(instances)).cells[0]
  }

  /// Some tools spell it as the command line does.
  private var defaultStorage: DefaultStorage? {
    guard let pool = records.pool else { return nil }
    let field = ["default_SR", "default-SR"].first { pool.has($0) }
    guard let field else { return nil }
    guard let reference = pool.reference(field), let storage = records.storages[reference] else {
      return DefaultStorage(id: nil, shared: false)
    }
    return DefaultStorage(id: names.storage(reference), shared: storage.flag("shared"))
  }

  static func isGuest(_ record: XenRecord) -> Bool {
    !record.flag("is_a_template") && !record.flag("is_a_snapshot") && !record.flag("is_control_domain")
  }

  private func name(ofHost reference: String?) -> HostName? { reference.flatMap { hostNames[$0] } }

  // MARK: hosts

  private func host(_ member: (name: HostName, reference: String?)) -> HostObservation {
    guard let reference = member.reference, let record = records.hosts[reference] else {
      return HostObservation(
        name: member.name, reachable: false,
        unreachableReason: "the pool has no host, or more than one, of this name or uuid"
          + PoolMembers.bracket(member.name, connections[member.name]),
        isOutsidePool: true)
    }
    let metrics = records.metrics(of: record)
    let isUndeclared = declared.contains(member.name) ? nil : true
    if let metrics, metrics.has("live"), !metrics.flag("live") {
      return HostObservation(
        name: member.name, reachable: false,
        unreachableReason: "the pool no longer hears its heartbeat" + PoolMembers.bracket(member.name, record.name),
        isUndeclared: isUndeclared)
    }
    let storages = records.storages.keys.filter { pluggedOn[$0]?.contains(reference) == true }.map { storage($0) }
    return HostObservation(
      name: member.name, isUndeclared: isUndeclared,
      admission: HostClosing.admission(of: record, isToBeClosed: inMaintenance.contains(member.name)),
      unmeasured: unmeasured(reference, record, metrics), memoryBytes: memory(of: reference, record, metrics),
      cpus: processors(record) ?? 0,
      cpuModel: record.offeredFeatures(wholeMachine: true)?.name ?? "", offeredCPUModels: offeredModels(record),
      storages: storages.sorted { $0.id < $1.id }, networks: networks(of: reference), machineUUID: record.text("uuid"))
  }

  /// Older servers have no such entry, but a list of their processors.
  private func processors(_ host: XenRecord) -> Int? {
    if let text = host.map("cpu_info")["cpu_count"], let count = Int(text), count > 0 { return Int(foreign: count) }
    let list = host.references("host_CPUs")
    return list.isEmpty ? nil : list.count
  }

  private func unmeasured(_ reference: String, _ host: XenRecord, _ metrics: XenRecord?) -> String? {
    let saysMemory = metrics?.has("memory_total") == true && host.has("memory_overhead")
    let unsaid = [saysMemory ? nil : "how much memory", processors(host) == nil ? "how many processors" : nil].compactMap { $0 }
    guard unsaid.isEmpty else { return "the pool does not say \(unsaid.joined(separator: " and ")) it has" }
    let guests = records.guests.values.filter { guest in
      !guest.saysMemory && (guest.reference("resident_on") == reference || guest.reference("scheduled_to_be_resident_on") == reference)
    }
    return guests.map(\.name).min().map { "the pool does not say how much memory \($0) has, which is on it" }
  }

  /// What guests may be given: the pool counts a guest's least memory and overhead, and so does the plan; what is promised to guests on their way
  /// here, and the host's own domain, is taken off. `host_metrics.memory_free` is stale by design.
  private func memory(of reference: String, _ record: XenRecord, _ metrics: XenRecord?) -> Int {
    var bytes = (metrics?.integer("memory_total") ?? 0) - record.integer("memory_overhead")
    for guest in records.guests.values {
      let isOwn = guest.flag("is_control_domain") && guest.reference("resident_on") == reference
      let isComing = guest.reference("scheduled_to_be_resident_on") == reference && guest.reference("resident_on") != reference
      if isOwn || isComing { bytes = bytes.minus(guest.chargedBytes) }
    }
    return max(0, bytes)
  }

  /// Nil: guests say nothing of what they need.
  private func offeredModels(_ host: XenRecord) -> [String]? {
    var offered: Set<String> = []
    for guest in records.guests.values where Self.isGuest(guest) {
      guard let needed = guest.neededFeatures, let has = host.offeredFeatures(wholeMachine: guest.isWholeMachine) else { continue }
      if has.cover(needed) { offered.insert(needed.name) }
    }
    return offered.isEmpty ? nil : offered.sorted()
  }

  /// Those that it has an interface on, and those that the pool takes for present everywhere.
  private func networks(of host: String) -> [String] {
    let own = records.ports.values.filter { $0.reference("host") == host }.compactMap { $0.reference("network") }
    return Set((own + networksEverywhere).map(names.network)).sorted()
  }

  /// Storage XenMotion is trusted with file-based local storages; with block-based ones where the manifest says so.
  private static let fileBased: Set<String> = ["ext", "file", "xfs", "zfs", "largeblock"]
  private static let blockBased: Set<String> = ["lvm"]

  private func storage(_ reference: String) -> StorageObservation {
    guard let record = records.storages[reference] else { preconditionFailure("a storage of the same records") }
    let type = record.text("type")
    // Drives and collections of images take no disks: it is not said that they are local, so that nothing is copied from or to them.
    let isLocal = Self.fileBased.contains(type) || Self.blockBased.contains(type)
    let shared: Bool? = record.flag("shared") ? true : isLocal && record.has("shared") ? false : nil
    return StorageObservation(
      id: names.storage(reference), identity: record.uuid, shared: shared,
      needsNaming: shared == false && Self.blockBased.contains(type) ? true : nil,
      freeBytes: record.freeBytes ?? 0)
  }

  /// Nothing is copied to what does not say how much room it has.
  private var storageNote: String? {
    let unsaid = pluggedOn.keys.filter { records.storages[$0].map { $0.freeBytes == nil } == true }.map { names.storage($0).rawValue }
    let shown = Set(unsaid).sorted()
    guard let first = shown.first else { return nil }
    let more = shown.count > 1 ? " and \(shown.count - 1) more" : ""
    return "the pool does not say how much room storage \(first)\(more) has: nothing is copied there"
  }

  // MARK: guests

  private func instance(_ record: XenRecord) -> InstanceObservation {
    let power = Self.power(record)
    let mark = XenMarks.mark(in: record)
    let disks = record.references("VBDs").compactMap { records.attachments[$0] }.compactMap(disk)
    return InstanceObservation(
      uuid: InstanceUUID(record.uuid), name: InstanceName(record.name),
      host: power.isActive ? name(ofHost: record.reference("resident_on")) : home(record), power: power,
      memoryMaxBytes: record.leastMemoryBytes, overheadBytes: record.integer("memory_overhead"),
      vcpus: max(1, record.integer("VCPUs_max")), cpuModel: power.isActive ? record.neededFeatures?.name : nil,
      networks: Set(record.references("VIFs").compactMap { records.interfaces[$0]?.reference("network") }.map(names.network)).sorted(),
      disks: disks.sorted { $0.target < $1.target },
      blockers: (Self.blockers(record, power) + (hasMixedDisks(record) ? [.mixedDisks] : [])).sorted(),
      unreadable: Self.unsaid(of: record),
      busy: !record.map("current_operations").isEmpty || !isUnderstood(record, power) || mark.map(isKeptOff) ?? false, mark: mark)
  }

  /// What planning cannot do without and the pool does not say; nil: nothing.
  private static func unsaid(of record: XenRecord) -> String? {
    let unsaid = [
      record.saysMemory ? nil : "how much memory",
      record.has("VCPUs_max") ? nil : "how many processors",
    ].compactMap { $0 }
    return unsaid.isEmpty ? nil : "the pool does not say \(unsaid.joined(separator: " and ")) it has"
  }

  /// Its state is a word that we know, and if it runs, then on a host that the pool knows.
  private func isUnderstood(_ record: XenRecord, _ power: InstanceObservation.Power) -> Bool {
    guard Self.knownStates.contains(record.text("power_state")) else { return false }
    return !power.isActive || record.reference("resident_on").map { records.hosts[$0] != nil } == true
  }

  private static let knownStates: Set<String> = ["Running", "Paused", "Halted", "Suspended"]

  static func power(_ record: XenRecord) -> InstanceObservation.Power {
    switch record.text("power_state") {
    case "Paused": .paused
    case "Halted", "Suspended": .off
    // A word nobody here knows: it may run, and is not to be started.
    default: .running
    }
  }

  /// Where a guest that is off is: on the host whose local storage holds a disk of it; nil: anywhere.
  private func home(_ record: XenRecord) -> HostName? {
    for attachment in record.references("VBDs").compactMap({ records.attachments[$0] }) where attachment.text("type") == "Disk" {
      guard let storage = attachment.reference("VDI").flatMap({ records.disks[$0]?.reference("SR") }),
        records.storages[storage]?.flag("shared") == false, let host = pluggedOn[storage]?.first
      else { continue }
      return name(ofHost: host)
    }
    return nil
  }

  private func disk(_ attachment: XenRecord) -> DiskObservation? {
    let kind: DiskObservation.Kind =
      switch attachment.text("type") {
      case "CD": .cdrom
      case "Floppy": .floppy
      default: .disk
      }
    let disk = attachment.flag("empty") ? nil : attachment.reference("VDI").flatMap { records.disks[$0] }
    if disk == nil, kind == .disk { return nil }
    let reference = attachment.reference("VDI")
    let ofSnapshots = reference.flatMap { snapshots.bytes[$0] } ?? 0
    let unsaid =
      disk?.has("virtual_size") == false ? "it" : reference.map(snapshots.unsaid.contains) == true ? "a snapshot of it" : nil
    return DiskObservation(
      target: attachment.target, kind: kind, readOnly: attachment.text("mode") == "RO",
      storage: disk?.reference("SR").map(names.storage), volume: disk?.uuid,
      virtualBytes: (disk?.integer("virtual_size") ?? 0).plus(ofSnapshots),
      allocatedBytes: (disk?.integer("physical_utilisation") ?? 0).plus(ofSnapshots),
      missing: unsaid.map { "the pool does not say how large \($0) is" },
      neverCopied: disk != nil && kind != .disk ? true : nil)
  }

  private func hasMixedDisks(_ record: XenRecord) -> Bool {
    let disks = record.references("VBDs").compactMap { records.attachments[$0] }.filter { $0.text("type") == "Disk" }
    let kinds = Set(
      disks.compactMap {
        $0.reference("VDI").flatMap { records.disks[$0]?.reference("SR") }.flatMap { records.storages[$0]?.flag("shared") }
      })
    return kinds.count > 1
  }

  private static func blockers(_ record: XenRecord, _ power: InstanceObservation.Power) -> [BlockerCode] {
    var found: [BlockerCode] = []
    if ["attached_PCIs", "VGPUs", "VUSBs"].contains(where: { !record.references($0).isEmpty }) { found.append(.hostDevice) }
    if record.text("power_state") == "Suspended" { found.append(.managedSave) }
    let allowed = record.texts("allowed_operations")
    let isBusy = !record.map("current_operations").isEmpty
    if power == .paused { found.append(.immobile) }
    if power == .running, !isBusy, !allowed.isEmpty, !allowed.contains("pool_migrate"), !allowed.contains("migrate_send") {
      found.append(.immobile)
    }
    return found
  }
}

extension XenRecord {
  var saysMemory: Bool { has("memory_dynamic_min") || has("memory_static_max") }
  /// Of a storage; nil: the pool does not say.
  var freeBytes: Int? {
    guard has("physical_size"), has("physical_utilisation") else { return nil }
    return max(0, integer("physical_size") - integer("physical_utilisation"))
  }
  /// What the pool reserves for a guest; older servers have no such field.
  var leastMemoryBytes: Int { has("memory_dynamic_min") ? integer("memory_dynamic_min") : integer("memory_static_max") }
  var chargedBytes: Int { leastMemoryBytes + integer("memory_overhead") }
  /// Of an attachment, as manifests name it.
  var target: String { text("device").isEmpty ? "disk\(text("userdevice"))" : text("device") }
}
