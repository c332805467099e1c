import Fleet
import Reporting

/// Lists that the tests of this target share; together they use every field and every case.
enum GetSamples {
  static let at = PlanSamples.observedAt
  private static let place = SourceLocation(path: "fleet.yaml", line: 12, column: 3)

  static func list<Item: GetItem>(_ items: [Item], observedAt: Timestamp? = GetSamples.at.adding(milliseconds: -42_000)) -> GetList<Item> {
    GetList(fleet: "demo", revision: PlanSamples.revision, at: at, observedAt: observedAt, items: items)
  }

  private static let load = HostLoad(memoryBytes: 36 << 30, memoryCapacityBytes: 60 << 30, vcpus: 40, vcpuCapacity: 64)

  static let hosts = list([
    GetHost(
      name: "hv1", cell: "east", state: .open, reachable: true, guests: 8, load: load, labels: ["rack": "r1", "gen": "2"],
      manifest: "hosts.yaml:1"),
    GetHost(name: "hv2", cell: "east", state: .closed, reachable: true, guests: 4, load: load, manifest: "hosts.yaml:9"),
    GetHost(
      name: "hv3", cell: "east", state: .maintenance, reachable: true, guests: 2, load: load,
      maintenance: StatusSamples.maintenance("disk \"swap\", bay 4", ticket: "OPS-7", until: at.adding(milliseconds: -1)),
      manifest: "hosts.yaml:17"),
    GetHost(
      name: "hv4", cell: "east", state: .empty, reachable: true, guests: 0,
      load: HostLoad(memoryBytes: 0, memoryCapacityBytes: 60 << 30, vcpus: 0, vcpuCapacity: 64),
      maintenance: StatusSamples.maintenance("fan"), manifest: "hosts.yaml:25"),
    GetHost(
      name: "hv5", cell: "east", state: .maintenance, reachable: false, maintenance: StatusSamples.maintenance(nil),
      unreachableReason: "no route to host", emptySince: at.adding(milliseconds: -7_200_000), manifest: "hosts.yaml:33"),
    GetHost(name: "hv6", cell: "east", state: nil, reachable: false, unreachableReason: "connection refused", manifest: "hosts.yaml:41"),
    GetHost(name: "hv7", cell: "east", state: .decommissioned, reachable: false, manifest: "hosts.yaml:49"),
    GetHost(name: "hv9", cell: "west", state: nil, reachable: nil, manifest: "hosts.yaml:57"),
  ])

  private static func declared(
    _ name: InstanceName, _ placement: DesiredPlacement, required: Bool = false, labels: [String: String] = [:]
  ) -> DesiredInstance {
    DesiredInstance(
      name: name, labels: labels, cell: "east", placement: placement, required: required, allowedModes: AllowedModes(cold: required),
      location: place)
  }

  private static func copy(
    _ name: InstanceName, _ number: Int, on host: HostName?, _ power: InstanceObservation.Power
  ) -> InstanceObservation {
    InstanceObservation(uuid: PlanSamples.uuid(number), name: name, host: host, power: power, memoryMaxBytes: 4 << 30, vcpus: 2)
  }

  private static func instance(
    _ name: InstanceName, _ placement: DesiredPlacement, _ copies: [InstanceObservation], _ state: GetInstance.State?, why: String? = nil,
    required: Bool = false, labels: [String: String] = [:]
  ) -> GetInstance {
    GetInstance(
      declared(name, placement, required: required, labels: labels), cell: "east", name: name, copies: copies, state: state, why: why)
  }

  static let instances = list([
    instance("away-1", .host("hv1"), [], .unknown, why: "hv6, which showed it last, does not answer"),
    instance("build-1", .anywhere, [copy("build-1", 8, on: "hv1", .crashed)], .backingOff, why: "tried again in 5 min"),
    instance("db-1", .host("hv1"), [copy("db-1", 1, on: "hv1", .running)], .inSync, required: true, labels: ["app": "db", "tier": "1"]),
    instance("db-2", .anyOf(["hv1", "hv2"]), [copy("db-2", 2, on: "hv3", .paused)], .violating, why: "belongs on hv1 or hv2, is on hv3"),
    instance("gone-1", .anywhere, [], .missing, why: "no host shows it"),
    GetInstance(nil, cell: "east", name: "stray, the \"cat\"", copies: [copy("stray", 9, on: nil, .off)], state: .unmanaged),
    instance(
      "twin-1", .anywhere, [copy("twin-1", 3, on: "hv1", .running), copy("twin-1", 3, on: "hv2", .off)], .frozen, why: "looks doubled"),
    instance("two-1", .anywhere, [copy("two-1", 4, on: "hv1", .running)], .ambiguous, why: "two guests carry its name"),
    instance(
      "web-1", .hosts(labels: ["rack": "r1", "gen": "2"]), [copy("web-1", 5, on: "hv1", .running)], .moving,
      why: "reconcile run (pid 7) moves it"),
    instance("web-2", .anywhere, [copy("web-2", 6, on: "hv1", .running)], .busy, why: "someone else's job runs on it"),
  ])

  static let moves = list(
    zip(Cases.moveStates, 0...).compactMap { state, index -> GetMove? in
      let step = StatusSamples.record(
        StatusSamples.step, .running,
        statistics: index == 1 ? JobProgress(state: .running, elapsedMilliseconds: 5, totalBytes: 100, processedBytes: 43) : nil)
      var move = PlanSamples.moves[index % PlanSamples.moves.count]
      if state == .needsHuman { move.mode = .offline }
      return GetMove(
        StatusSamples.journal(
          OperationID("w1-\(20 - index)"), move, state, steps: index == 0 ? [] : [step], detail: index > 3 ? "refused" : ""),
        by: "reconcile run (pid 7)")
    })

  private static func rule(
    _ name: RuleName, _ kind: PlacementRule.Kind, _ across: PlacementRule.Across, hold: PlacementRule.Hold = .atEnd,
    _ enforcement: PlacementRule.Enforcement = .required
  ) -> PlacementRule {
    PlacementRule(name: name, kind: kind, selector: ["app": "web"], across: across, enforcement: enforcement, hold: hold, location: place)
  }
  private static let members = [declared("web-2", .anywhere), declared("web-1", .anywhere)]

  static let rules = list([
    GetRule(rule("near", .together, .label("rack")), members: [], kept: nil),
    GetRule(rule("web-apart", .separate(maximum: 1), .host, hold: .always), members: members, kept: true),
    GetRule(
      rule("web-even", .spread(maxSkew: 1), .label("rack"), .preferred), members: members, kept: false,
      why: "rule web-even: 2 on r1, 0 on r2, at most 1 apart allowed"),
  ])

  static let cells = list(
    [CellConnection.libvirt, .simulated(SimulatedConnection(world: "w")), .xenapi(XenConnection(url: "https://x"))].enumerated().map {
      index, connection -> GetCell in
      let cell = DesiredCell(
        name: CellName("cell-\(index)"), labels: index == 0 ? ["site": "a"] : [:], connection: connection, location: place)
      return index == 2
        ? GetCell(cell, hosts: 3, inMaintenance: 0, instances: 12)
        : GetCell(
          cell, hosts: 8, inMaintenance: 1, instances: 51, observedAt: at.adding(milliseconds: -42_000), reachableHosts: 7, inSync: 48,
          guests: 53)
    })

  static let storages = list([
    GetStorage(StorageObservation(id: "fast", shared: false, freeBytes: 200 << 30), host: "hv1", cell: "east"),
    GetStorage(StorageObservation(id: "nfs", identity: "nfs://filer/a", shared: true, freeBytes: 3 << 40), host: "hv1", cell: "east"),
    GetStorage(StorageObservation(id: "nfs", shared: nil, freeBytes: 1), host: "hv2", cell: "east"),
  ])

  /// No optional field.
  static let bareMove = GetMove(StatusSamples.journal("w1-1", PlanSamples.moves[0], .queued))
}
