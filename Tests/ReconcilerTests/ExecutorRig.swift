import Execution
import Fleet
import Hypervisor
import Synchronization

@testable import Reconciler

/// Live migrations of made-up guests through an executor, with drivers that note every broken promise.
final class ExecutorRig: Sendable {
  static let cell: CellName = "east"

  let driver: WatchedDriver
  let clock: HurriedClock
  let stop = StopSwitch()
  private let told = Mutex<[String]>([])

  init(_ driver: WatchedDriver = WatchedDriver(), clock: HurriedClock = HurriedClock()) {
    self.driver = driver
    self.clock = clock
  }

  /// What was reported, in order: `+name` began, `-name` ended.
  var reported: [String] { told.withLock { $0 } }

  static func machine(guests count: Int, atOnce: Int) -> ExecutionMachine {
    let machines = (0..<count).map { number in
      let uuid = InstanceUUID("guest\(number)")
      let move = Move(
        id: "m\(number)", instance: InstanceName("guest\(number)"), uuid: uuid, cell: cell, from: HostName("from\(number)"),
        to: HostName("to\(number)"), mode: .live, storage: .shared, disks: [], reason: MoveReason(kind: .maintenance, text: "test"),
        bytes: 1, cost: 1)
      let options = MigrateOptions(mode: .live, disks: [], policy: MigrationPolicy())
      let step = Step(
        .migrate(options), instance: move.instance, uuid: uuid, cell: cell, source: move.from, destination: move.to)
      return OperationMachine(
        id: OperationID("w-\(number)"), operation: .move(move), steps: [step], policy: MigrationPolicy(), memoryBytes: 1 << 30,
        author: JournalAuthor(writer: "w", epoch: 1, endpoints: [:]))
    }
    let limits = MigrationLimits(total: atOnce, perHost: atOnce, perHostIncoming: atOnce, perHostOutgoing: atOnce)
    return ExecutionMachine(operations: machines, limits: [cell: limits])
  }

  /// `journal` is called after the driver was told of the records.
  func run(
    _ machine: inout ExecutionMachine, callsAtOnce: Int = 8, objection: StopReason? = nil,
    journal: @escaping @Sendable ([JournalRecord]) throws -> Void = { _ in },
    report: @escaping @Sendable (PassEvent) -> Void = { _ in }
  ) async throws {
    let executor = PlanExecutor(
      hypervisors: [Self.cell: driver], clock: clock, stop: stop,
      journal: { [driver] records in
        try journal(records)
        driver.journalled(records)
      }, remember: { _ in }, objection: { objection },
      report: { [self] event in
        switch event {
        case .moveStarted(let move): told.withLock { $0.append("+\(move.instance)") }
        case .moveEnded(let move, _): told.withLock { $0.append("-\(move.instance)") }
        default: break
        }
        report(event)
      }, callsAtOnce: callsAtOnce)
    try await executor.run(&machine)
  }
}

/// Time goes by while somebody waits, and much faster than it should.
final class HurriedClock: ReconcilerClock {
  private let milliseconds = Mutex(1_000_000)
  /// A wait of at least this long never ends by itself; nil: every wait does.
  let endlessFrom: Int?
  let whenEndless: @Sendable () -> Void

  init(endlessFrom: Int? = nil, whenEndless: @escaping @Sendable () -> Void = {}) {
    self.endlessFrom = endlessFrom
    self.whenEndless = whenEndless
  }

  func now() -> Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

  func sleep(milliseconds wait: Int) async {
    if let endlessFrom, wait >= endlessFrom {
      whenEndless()
      try? await Task.sleep(for: .seconds(3600))
      return
    }
    try? await Task.sleep(for: .milliseconds(1))
    milliseconds.withLock { $0 += max(0, wait) }
  }
}

/// A door that calls wait at until it is opened, or the test has taken too long.
final class Gate: Sendable {
  private let isOpen = Atomic(false)

  func open() { isOpen.store(true, ordering: .releasing) }

  func pass() async {
    while !isOpen.load(ordering: .acquiring), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
  }
}
