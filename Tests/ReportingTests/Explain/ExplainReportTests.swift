import Fleet
import Reporting
import Testing

@Suite struct ExplainReportTests {
  static let place = SourceLocation(path: "instances/db.yaml", line: 4, column: 1)
  static let placementPlace = SourceLocation(path: "instances/db.yaml", line: 7, column: 5)
  static let rulePlace = SourceLocation(path: "rules.yaml", line: 3, column: 1)

  static let desired = DesiredInstance(
    name: "db-1", labels: ["app": "db", "tier": "gold"], cell: "east", uuid: PlanSamples.uuid(9), placement: .anyOf(["hv1", "hv2", "hv5"]),
    required: true, targetStorage: ["vda": "fast"], policy: "gentle", location: place, placementLocation: placementPlace)

  static let seen = InstanceObservation(
    uuid: PlanSamples.uuid(9), name: "db-1", host: "hv3", power: .running, memoryMaxBytes: 32 << 30, overheadBytes: 512 << 20, vcpus: 8,
    disks: [
      DiskObservation(target: "hdc", kind: .cdrom, readOnly: true, storage: nil, virtualBytes: 0, allocatedBytes: 0),
      DiskObservation(target: "vda", storage: "local", virtualBytes: 100 << 30, allocatedBytes: 60 << 30),
    ], blockers: [.hostDevice], busy: true)

  static let rules = [
    ExplainedRule(
      PlacementRule(name: "db-apart", kind: .separate(maximum: 1), selector: ["app": "db"], hold: .always, location: rulePlace),
      kept: false,
      text: "2 on hv3"),
    ExplainedRule(
      PlacementRule(
        name: "gold-spread", kind: .spread(maxSkew: 1), selector: ["tier": "gold"], across: .label("zone"), enforcement: .preferred,
        location: rulePlace), kept: true),
    ExplainedRule(PlacementRule(name: "pair", kind: .together, selector: [:], location: rulePlace)),
  ]

  static let blocked = InstanceExplanation(
    name: "db-1", cell: "east", declared: DeclaredInstance(desired), observed: [ObservedCopy(seen)], observedAt: StatusSamples.at,
    verdict: .blocked,
    violations: [ExplainedViolation(kind: .maintenance, text: "host hv3 is in maintenance: disk swap", manifest: "hosts.yaml:12")],
    blocked: [PlanSamples.blocked[0]], rules: rules,
    hosts: [
      ExplainedHost(host: "hv1", possible: false, mode: .cold, text: "a device of its host is passed through to it"),
      ExplainedHost(host: "hv5", possible: true, mode: .block),
    ], displacedFrom: "hv2", backOffUntil: StatusSamples.at, retiredDisks: [StatusSamples.retired])

  static let moving = InstanceExplanation(
    name: "licence-server", cell: "east",
    declared: DeclaredInstance(
      DesiredInstance(
        name: "licence-server", cell: "east", placement: .hosts(labels: ["zone": "a"]), allowedModes: AllowedModes(cold: true),
        location: place)), observed: [ObservedCopy(seen)], observedAt: StatusSamples.at, verdict: .moves,
    violations: [ExplainedViolation(kind: .maintenance, text: "host hv3 is in maintenance: disk swap", manifest: "hosts.yaml:12")],
    moves: [PlanSamples.moves[3]])

  static let missing = InstanceExplanation(name: "old-9", declared: nil, observed: [], lastSeenAt: StatusSamples.at, verdict: .missing)

  static let host = HostExplanation(
    name: "hv3",
    declared: DeclaredHost(
      DesiredHost(
        name: "hv3", labels: ["rack": "r7", "zone": "a"], cell: "east", connection: "qemu+tls://hv3.example/system",
        maintenance: Maintenance(
          reason: "disk swap", ticket: "OPS-7", until: StatusSamples.at.adding(milliseconds: -1), location: StatusSamples.place),
        decommissioned: true, location: place), now: StatusSamples.at),
    observed: HostObservation(
      name: "hv3", memoryBytes: 256 << 30, cpus: 32, cpuModel: "EPYC",
      storages: [
        StorageObservation(id: "fast", shared: nil, freeBytes: 1 << 40),
        StorageObservation(id: "local", shared: false, freeBytes: 500 << 30),
        StorageObservation(id: "nfs", identity: "nfs://a/b", shared: true, freeBytes: 9 << 40),
      ], networks: ["br0", "br1"]), observedAt: StatusSamples.at,
    load: HostLoad(memoryBytes: 260 << 30, memoryCapacityBytes: 252 << 30, vcpus: 40, vcpuCapacity: 128),
    guests: [ExplainedGuest(seen, fate: "blocked: needs consent to a reboot")], outgoing: Array(PlanSamples.moves.prefix(2)),
    incoming: [PlanSamples.moves[4]], blocked: [PlanSamples.blocked[0]], retiredDisks: [StatusSamples.retired])

  @Test(arguments: PlanReportTests.looks)
  func instances(look: PlanReportTests.Look) throws {
    let now = StatusSamples.at.adding(milliseconds: 12_000)
    let text = [Self.blocked, Self.moving, Self.missing].map { ExplainReport.text($0, style: look.style, now: now) }.joined(separator: "\n")
    try Golden.expect(text, "explain-instance-\(look.name).txt")
  }

  @Test(arguments: PlanReportTests.looks)
  func hosts(look: PlanReportTests.Look) throws {
    try Golden.expect(ExplainReport.text(Self.host, style: look.style), "explain-host-\(look.name).txt")
  }

  @Test func hostVerdicts() {
    var host = Self.host
    host.guests = []
    host.incoming = []
    #expect(ExplainReport.text(host, style: .plain).hasPrefix("Host hv3: in maintenance, EMPTY (0 guests)\n"))
    host.observed = HostObservation(name: "hv3", reachable: false, unreachableReason: "timed out")
    #expect(
      ExplainReport.text(host, style: .plain).hasPrefix(
        "Host hv3: DOES NOT ANSWER (timed out), 0 guests last seen; nobody can say whether it is empty\n"))
    host.observed = nil
    #expect(ExplainReport.text(host, style: .plain).hasPrefix("Host hv3: never observed\n"))
    let open = HostExplanation(name: "hv1", declared: nil, observed: HostObservation(name: "hv1", admission: .closed))
    #expect(
      ExplainReport.text(open, style: .plain).hasPrefix(
        "Host hv1: answers, 0 guests, closed by someone else: gets nothing, is not emptied\n"))
  }

  @Test(arguments: InstanceExplanation.Verdict.allCases)
  func everyVerdictSaysItself(verdict: InstanceExplanation.Verdict) {
    var explanation = Self.missing
    explanation.verdict = verdict
    let first = ExplainReport.text(explanation, style: .plain).prefix { $0 != "\n" }
    #expect(first.hasPrefix("Instance old-9: ") && first.count > "Instance old-9: ".count + 3)
  }

  @Test func json() throws {
    for explanation in [Self.blocked, Self.moving, Self.missing] {
      #expect(try JSONText.decode(InstanceExplanation.self, from: ExplainReport.json(explanation)) == explanation)
    }
    #expect(try JSONText.decode(HostExplanation.self, from: ExplainReport.json(Self.host)) == Self.host)
    try Golden.expect(ExplainReport.json(Self.blocked), "explain-instance.json")
    try Golden.expect(ExplainReport.json(Self.host), "explain-host.json")
  }
}
