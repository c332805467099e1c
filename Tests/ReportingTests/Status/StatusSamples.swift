import Fleet
import Reporting

/// Statuses that the tests of this target share.
enum StatusSamples {
  static let at = PlanSamples.observedAt
  static let place = SourceLocation(path: "hosts.yaml", line: 12, column: 3)

  static func maintenance(_ reason: String?, ticket: String? = nil, until: Timestamp? = nil) -> StatusMaintenance {
    StatusMaintenance(Maintenance(reason: reason, ticket: ticket, until: until, location: place), now: at)
  }

  static let retired = {
    var disk = RetiredDisk(
      move: "w1-7", instance: "build-7", uuid: PlanSamples.uuid(3), cell: "east", host: "hv4", pool: "local", target: "vda",
      volume: "build-7.qcow2", bytes: 20 << 30, retiredAt: at.adding(milliseconds: -3_600_000),
      deleteAfter: at.adding(milliseconds: 82_800_000), ran: true, media: false)
    disk.changedAt = at.adding(milliseconds: -7_200_000)
    return disk
  }()

  static let east = StatusCell(
    name: "east", observedAt: at.adding(milliseconds: -42_000),
    hosts: [
      StatusHost(name: "hv1", reachable: true, guests: 8),
      StatusHost(name: "hv2", reachable: true, closed: true, guests: 4, overCapacity: true),
      StatusHost(
        name: "hv3", reachable: true, maintenance: maintenance("disk swap", ticket: "OPS-7", until: at.adding(milliseconds: -86_400_000)),
        guests: 2,
        remaining: [
          StatusGuest(instance: "db-1", why: "blocked: needs consent to a reboot"), StatusGuest(instance: "web-9", why: "moving to hv5"),
        ]),
      StatusHost(
        name: "hv4", reachable: true, maintenance: maintenance(nil), guests: 0, drainedSince: at.adding(milliseconds: -7_200_000)),
      StatusHost(name: "hv5", reachable: true, maintenance: maintenance("firmware"), guests: 0, openMoves: 1),
      StatusHost(name: "hv8", reachable: true, maintenance: maintenance(nil), guests: 0, settlesAt: at.adding(milliseconds: 30_000)),
      StatusHost(
        name: "hv6", reachable: false, unreachableReason: "connection refused", maintenance: maintenance("fan broken"), guests: 3),
      StatusHost(
        name: "hv7", reachable: true, maintenance: maintenance("retire"), guests: 14,
        remaining: (1...12).map { StatusGuest(instance: InstanceName("vm-\($0)"), why: "") }),
    ])

  static let west = StatusCell(
    name: "west", observedAt: nil, hosts: [StatusHost(name: "hv9", reachable: false, guests: 0)])

  static let step = Step(
    .start(on: "hv2"), instance: "licence-server", uuid: PlanSamples.uuid(4), cell: "east", source: "hv3", destination: "hv2")

  static func journal(
    _ id: OperationID, _ move: Move, _ state: OperationRecord.State, steps: [StepRecord] = [], detail: String = "", seconds: Int = 60,
    forecast: MigrationForecast? = nil
  ) -> OperationJournal {
    journal(id, .move(move), state, steps: steps, detail: detail, seconds: seconds, forecast: forecast)
  }

  static func journal(
    _ id: OperationID, _ operation: Fleet.Operation, _ state: OperationRecord.State, steps: [StepRecord] = [], detail: String = "",
    seconds: Int = 60, forecast: MigrationForecast? = nil
  ) -> OperationJournal {
    OperationJournal(
      record: OperationRecord(
        id: id, operation: operation, steps: [], state: state, writer: "w1", epoch: 3, at: at.adding(milliseconds: seconds * 1000),
        detail: detail, forecast: forecast),
      queuedAt: at, steps: steps)
  }

  static func record(
    _ step: Step, _ state: StepRecord.State, second: Int = 0, detail: String = "", statistics: JobProgress? = nil,
    suspended: Bool = false
  ) -> StepRecord {
    let here = HostEndpoint(name: step.source, uri: "simulated:a#b")
    return StepRecord(
      intent: "w1-7/0/1", operation: "w1-7", stepIndex: 0, step: step, source: here, destination: here, writer: "w1", epoch: 3,
      state: state,
      at: at.adding(milliseconds: second * 1000), detail: detail, statistics: statistics,
      suspendedAt: suspended ? at : nil)
  }

  static let openMoves = [
    StatusMove(journal("w1-7", PlanSamples.moves[3], .running, steps: [record(step, .inDoubt, detail: "hv2 does not answer")])),
    StatusMove(journal("w1-8", PlanSamples.moves[0], .needsHuman, detail: "it starts on neither host")),
    StatusMove(journal("w1-9", PlanSamples.moves[1], .queued)),
  ].compactMap { $0 }

  static let pass = PassRecord(
    id: 41, fleet: "demo", revision: PlanSamples.revision, startedAt: at.adding(milliseconds: -60_000),
    endedAt: at.adding(milliseconds: -42_000),
    dryRun: false, moves: 6, lowerBound: 6, proof: .minimal, succeeded: 5, failed: 1, blocked: 3, notInSync: 19, inSync: 51, exitCode: 1,
    summary: "a migration failed, or no host of a cell could be observed")

  static let full = StatusReport(
    at: at, fleet: "demo", revision: PlanSamples.revision, lastPass: pass, cells: [east, west], inSync: 51, drift: 6, openMoves: openMoves,
    blocked: PlanSamples.blocked, notInSync: PlanSamples.notInSync,
    backOff: [
      StatusBackOff(instance: "mail-1", uuid: PlanSamples.uuid(70), until: at.adding(milliseconds: 95_000)),
      StatusBackOff(instance: "mail-2", uuid: PlanSamples.uuid(71), until: at.adding(milliseconds: -1)),
    ], retiredDisks: [retired],
    leftovers: [
      StatusLeftover(host: "hv2", what: .definition, text: "web-1 is defined there too, off", ours: true),
      StatusLeftover(host: "hv9", what: .disk, text: "volume web-1-vda.tmp in pool fast", ours: false),
      StatusLeftover(host: "hv9", what: .mark, text: "an expired mark of another writer on db-1", ours: false),
      StatusLeftover(
        host: "hv9", what: .nvram, text: "UEFI variables of a guest that is not defined there", name: "/var/lib/nvram/old_VARS.fd",
        storage: "nvram", uuid: PlanSamples.uuid(77), ours: false),
    ], storageProofs: StorageProofUse(storages: 12, oldest: at.adding(milliseconds: -7_200_000)),
    watch: StatusWatch(running: true, intervalSeconds: 60, lastError: "the manifests are invalid: nothing new starts"),
    warnings: ["host hv2 is over its capacity"])

  static let fresh = StatusReport(
    at: at, fleet: "demo", revision: "content-0123456789abcdef",
    cells: [StatusCell(name: "east", observedAt: at, hosts: [StatusHost(name: "hv1", reachable: true, guests: 1)])], inSync: 1, drift: 0)
}
