import Fleet
import Reporting

/// Plans that the tests of this target share.
enum PlanSamples {
  static let gib = 1 << 30
  static let observedAt = Timestamp(milliseconds: 1_795_395_723_456)
  static let revision = "3f2a9c1d5b7e8f60718293a4b5c6d7e8f9012345"
  static let hash = String(repeating: "0f", count: 32)

  static func uuid(_ number: Int) -> InstanceUUID {
    let digits = String(number)
    return InstanceUUID("00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)
  }

  static func move(
    _ number: Int, _ instance: String, _ from: String, _ to: String, _ mode: MigrationMode = .live, storage: StorageMode = .shared,
    after: [String] = [], hop: Bool = false, reason: MoveReason, start: Int, end: Int, gib: Int
  ) -> Move {
    let copies = mode == .block || (mode == .cold && storage == .local)
    let disk = DiskMove(
      target: "vda", action: copies ? .copy : .share, toPool: copies ? "fast" : nil, fromPool: copies ? "local" : nil, bytes: 20 << 30)
    return Move(
      id: "m\(number)", after: after, instance: InstanceName(instance), uuid: uuid(number), cell: "east", from: HostName(from),
      to: HostName(to), mode: mode, storage: storage, disks: [disk], hop: hop, reason: reason, start: start, end: end, bytes: gib << 30,
      cost: gib * 10)
  }

  static let maintenance = MoveReason(kind: .maintenance, text: "host hv3 is in maintenance: disk swap", manifest: "hosts.yaml:12")

  static let moves = [
    move(1, "web-1", "hv3", "hv1", reason: maintenance, start: 0, end: 34, gib: 4),
    move(2, "web-2", "hv3", "hv2", reason: maintenance, start: 0, end: 40, gib: 4),
    move(
      3, "build-7", "hv3", "hv4", .block, storage: .local, after: ["m1"], reason: maintenance, start: 34, end: 205, gib: 24),
    move(
      4, "licence-server", "hv3", "hv2", .cold, storage: .local, after: ["m2"], reason: maintenance, start: 40, end: 310, gib: 41),
    move(
      5, "db-2", "hv4", "hv5", storage: .volume,
      reason: MoveReason(kind: .rule, text: "rule db-apart: 2 on hv4, at most 1", manifest: "rules.yaml:3"), start: 0, end: 130, gib: 16),
    move(
      6, "cache-1", "hv1", "hv6", storage: .mixed, after: ["m3", "m5"], hop: true,
      reason: MoveReason(
        kind: .hop, text: "stops on hv6 on its way to hv4, to let others pass; belongs on hv4, is on hv1",
        manifest: "instances/cache.yaml:40"),
      start: 205, end: 260, gib: 7),
  ]

  static let blocked = [
    BlockedItem(
      instance: "db-1", host: "hv3", cell: "east", reason: .needsConsent,
      text: "it cannot go to hv1: a device of its host is passed through to it; a cold move would reboot it",
      hint: "detach the device; or add cold to spec.migration.allow", manifest: "instances/db.yaml:7"),
    BlockedItem(
      rule: "web-spread", cell: "west", reason: .rule, text: "rule web-spread cannot be kept in cell west: 3 on zone a, 0 on zone b",
      hint: "add hosts its instances may use, or relax the rule", manifest: "rules.yaml:21"),
    BlockedItem(
      host: "hv9", cell: "west", reason: .unreachable, text: "host hv9 does not answer: connection timed out",
      hint: "bring it back, or see why it does not answer", manifest: "hosts.yaml:90"),
  ]

  static let notInSync = NotInSync(
    missing: ["old-9"], unknown: (1...15).map { InstanceName("edge-\($0)") }, frozen: ["pay-1"], backingOff: ["mail-1", "mail-2"])

  static let cells = [
    CellProof(
      cell: "east", status: .minimal, moves: 6, lowerBound: 6, restarts: 1,
      because: "6 of 6 moves are forced: host hv3 empties (4), rule db-apart (1), placement (1)",
      certificate: Certificate(
        kind: .forcedMoves, data: Certificate.Data(forced: ["build-7", "licence-server", "web-1", "web-2"], evictions: ["db-apart/hv4": 1]))
    ),
    CellProof(
      cell: "west", status: .minimal, moves: 0, lowerBound: 0, restarts: 0, because: "nothing that is violated can be mended",
      certificate: Certificate(kind: .exhaustive, data: Certificate.Data(placementsSearched: 1296))),
  ]

  static let full = emptying(["hv3": 310, "hv4": 205], whole)

  static func emptying(_ hosts: [HostName: Int], _ plan: Plan) -> Plan {
    var plan = plan
    plan.emptied = hosts.map { EmptiedHost(host: $0.key, cell: "east", seconds: $0.value) }.sorted { $0.seconds < $1.seconds }
    return plan
  }

  private static let whole = Plan(
    fleet: "demo", revision: revision, manifestsHash: hash, fingerprints: ["east": hash, "west": hash], observedAt: observedAt,
    objective: .moves,
    proof: PlanProof(
      status: .minimal, moves: 6, lowerBound: 6, restarts: 1, because: "east: 6 of 6 moves are forced",
      makespan: Makespan(seconds: 127, atLeastSeconds: 118), cells: cells),
    moves: moves, blocked: blocked, notInSync: notInSync,
    warnings: ["host hv8 is over its capacity: 65 of 60 GiB are charged; set spec.capacity.relieve: true to relieve it"], inSync: 51)

  static func plan(
    moves: [Move] = [], blocked: [BlockedItem] = [], notInSync: NotInSync = NotInSync(), status: PlanProof.Status = .minimal,
    lowerBound: Int? = nil, because: String? = nil, warnings: [String] = [], inSync: Int = 60
  ) -> Plan {
    let restarts = moves.filter { $0.mode == .cold }.count
    let bound = lowerBound ?? moves.count
    let why = because ?? (moves.isEmpty ? "nothing is violated" : "all \(12 * moves.count) placements that can be reached were searched")
    let cell = CellProof(
      cell: "east", status: status, moves: moves.count, lowerBound: bound, restarts: restarts, because: why,
      certificate: Certificate(kind: moves.isEmpty ? .empty : .forcedMoves))
    return Plan(
      fleet: "demo", revision: revision + "-dirty", fingerprints: ["east": hash], observedAt: observedAt, objective: .moves,
      proof: PlanProof(status: status, moves: moves.count, lowerBound: bound, restarts: restarts, because: why, cells: [cell]),
      moves: moves, blocked: blocked, notInSync: notInSync, warnings: warnings, inSync: inSync)
  }

  static let inSync = plan()

  static let bounded = plan(
    moves: Array(moves.prefix(1)), status: .bounded, lowerBound: 0, because: "no move is proved to be needed", inSync: 1)

  static let longNames = plan(
    moves: [
      move(
        1, "customer-acceptance-environment-frontend-loadbalancer-042", "hypervisor-rack-17-unit-08.dc1.example.net",
        "hypervisor-rack-17-unit-09.dc1.example.net",
        reason: MoveReason(
          kind: .placement, text: "belongs on hypervisor-rack-17-unit-09.dc1.example.net, is on hypervisor-rack-17-unit-08.dc1.example.net",
          manifest: "teams/customer-acceptance/environments/frontend.yaml:1042"), start: 0, end: 7300, gib: 512),
      move(2, "größe-データベース-1", "hv1", "hv2", reason: MoveReason(kind: .makeRoom, text: "makes room on hv1"), start: 3, end: 12, gib: 1),
    ])

  static let many = plan(
    moves: (1...700).map { move($0, "vm-\($0)", "hv1", "hv2", reason: maintenance, start: $0, end: $0 + 30, gib: 2) },
    status: .none, lowerBound: 650, because: "650 of 700 moves are forced: host hv1 empties (650)")

  static let hostile = plan(
    moves: [
      move(
        1, "evil\u{1b}[2J\u{1b}]0;x\u{7}|<b>`@admins", "hv1", "hv\n2",
        reason: MoveReason(kind: .rule, text: "a | b <script> @all [x](y) \u{202e}gpj"), start: 0, end: 1, gib: 1)
    ])
}
