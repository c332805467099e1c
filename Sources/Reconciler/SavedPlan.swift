import Fleet
import Planning
import StateStore

/// Whether a saved plan still fits what is declared and what is seen; if not, what differs, by name.
enum SavedPlan {
  /// Differences listed for one cell.
  static let differencesMax = 10

  static func differences(
    _ plan: Plan, manifests: CheckedManifests, observation: Observation, fingerprints: [CellName: String], store: StateStore?
  ) throws -> [String] {
    if let rest = plan.rest {
      return ["it is a part of a plan (\(rest.scope.words)): save the whole with --out, and name the part when it is applied"]
    }
    var differences: [String] = []
    if plan.fleet != manifests.fleet.name { differences.append("the plan is for fleet \(plan.fleet), not \(manifests.fleet.name)") }
    if plan.revision != manifests.revision {
      differences.append("the manifests are at \(manifests.revision); the plan was made at \(plan.revision)")
    } else if plan.manifestsHash == nil {
      differences.append("the plan does not say from which contents of the manifests it was made; make it anew with --dry-run --out")
    } else if plan.manifestsHash != manifests.contentHash {
      differences.append("the manifests' content changed since the plan was made (both at \(plan.revision))")
    }
    let touched = Set(plan.moves.map(\.cell)).union((plan.hostChanges ?? []).map(\.cell))
    for cell in touched.sorted() where plan.fingerprints[cell] == nil {
      differences.append("the plan does not say what cell \(cell) looked like when it was made; make it anew with --dry-run --out")
    }
    for cell in touched.sorted() where plan.fingerprints[cell] != nil && plan.fingerprints[cell] != fingerprints[cell] {
      let now = observation.cells.first { $0.name == cell }
      let then = try plan.fingerprints[cell].flatMap { try store?.observation(cell, fingerprint: $0) }
      differences += cellDifferences(cell, then: then, now: now, plan)
    }
    return differences
  }

  /// Hosts are closed and opened as the manifests say, whatever the file says.
  static func hostChangeDifferences(_ plan: Plan, needed: [HostChange]) -> [String] {
    let planned = plan.hostChanges ?? []
    let superfluous = planned.filter { !needed.contains($0) }.map {
      "it would \($0.action.rawValue) host \($0.host), which is not what the manifests ask for"
    }
    let lacking = needed.filter { !planned.contains($0) }.map { "it does not \($0.action.rawValue) host \($0.host), as the manifests ask" }
    let more = planned.count > needed.count && superfluous.isEmpty ? ["it changes a host twice"] : []
    return Array((superfluous + lacking + more).prefix(differencesMax))
  }

  private static func cellDifferences(_ cell: CellName, then: CellObservation?, now: CellObservation?, _ plan: Plan) -> [String] {
    guard let now else { return ["cell \(cell) is not declared any more"] }
    var found = then.map { compare($0, now) } ?? whatThePlanSays(now, plan)
    if found.count > differencesMax { found = found.prefix(differencesMax) + ["and \(found.count - differencesMax) more"] }
    return found.isEmpty ? ["cell \(cell) is not as it was seen when the plan was made"] : found.map { "cell \(cell): \($0)" }
  }

  private static func compare(_ then: CellObservation, _ now: CellObservation) -> [String] {
    var found: [String] = []
    let hostsThen = Dictionary(then.hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for host in now.hosts {
      guard let before = hostsThen[host.name] else {
        found.append("host \(host.name) is new")
        continue
      }
      if before.reachable != host.reachable { found.append("host \(host.name) \(host.reachable ? "answers again" : "does not answer")") }
      if before.admission != host.admission { found.append("host \(host.name) is \(host.admission.rawValue) now") }
      if before.reachable, host.reachable, before.memoryBytes != host.memoryBytes || before.cpus != host.cpus {
        found.append("host \(host.name) has other memory or processors")
      }
      if before.reachable, host.reachable, before.storageFacts != host.storageFacts {
        found.append("host \(host.name) has other storages, or other is proved of them")
      }
    }
    let instancesThen = Dictionary(grouping: then.instances, by: \.uuid)
    let instancesNow = Dictionary(grouping: now.instances, by: \.uuid)
    for uuid in Set(instancesThen.keys).union(instancesNow.keys).sorted() {
      found += compare(instancesThen[uuid] ?? [], instancesNow[uuid] ?? [])
    }
    return found
  }

  private static func compare(_ then: [InstanceObservation], _ now: [InstanceObservation]) -> [String] {
    func places(_ copies: [InstanceObservation]) -> String { copies.compactMap(\.host?.rawValue).sorted().joined(separator: " and ") }
    guard let before = then.first else { return now.first.map { ["\($0.name) is new, on \(places(now))"] } ?? [] }
    guard let after = now.first else { return ["\(before.name) is gone from \(places(then))"] }
    if places(then) != places(now) { return ["\(after.name) is on \(places(now)), it was on \(places(then))"] }
    if before.power != after.power { return ["\(after.name) is \(after.power.rawValue), it was \(before.power.rawValue)"] }
    var (left, right) = (before, after)
    for gauge in [\InstanceObservation.dirtyBytesPerSecond, \.workingSetBytes] {
      left[keyPath: gauge] = nil
      right[keyPath: gauge] = nil
    }
    return left == right && then.count == now.count ? [] : ["\(after.name) changed its size, disks, blockers or marks"]
  }

  /// Without the observation of then, the plan's own moves still say where each instance was.
  private static func whatThePlanSays(_ now: CellObservation, _ plan: Plan) -> [String] {
    let places = Dictionary(grouping: now.instances, by: \.uuid).mapValues { $0.compactMap(\.host) }
    var seen: Set<InstanceUUID> = []
    return plan.moves.filter { $0.cell == now.name && seen.insert($0.uuid).inserted }.compactMap { move in
      let hosts = places[move.uuid] ?? []
      if hosts == [move.from] { return nil }
      return hosts.isEmpty
        ? "\(move.instance) is gone from \(move.from)"
        : "\(move.instance) is on \(hosts.map(\.rawValue).joined(separator: " and ")), it was on \(move.from)"
    }
  }
}

extension HostObservation {
  /// Its storages without gauges.
  fileprivate var storageFacts: [StorageObservation] {
    storages.map { storage in
      var storage = storage
      storage.freeBytes = 0
      return storage
    }
  }
}
