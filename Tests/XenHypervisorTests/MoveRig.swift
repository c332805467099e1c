import Execution
import Fleet
import Foundation
import Hypervisor
import Synchronization
import XenHypervisor
import XenSupport

@testable import Reconciler

/// Whole moves, carried out by the executor that ships, in a pool that is played.
struct MoveRig {
  static let uuid: InstanceUUID = "6f0c2c66-0000-4000-8000-000000000001"
  static let otherUUID: InstanceUUID = "6f0c2c66-0000-4000-8000-000000000002"
  static let hosts = ["h1", "h2", "h3"]
  private static let place = SourceLocation(path: "fleet.yaml", line: 1, column: 1)
  static let deadline = Deadline(milliseconds: 60_000)

  let peer: XenPeer
  let driver: XenHypervisor
  /// Looks behind the driver, and does what others would.
  let pool: XenPool

  /// A guest `web` on `h1` with one disk on each of `storages`: `xvda`, `xvdb`, …
  init(_ storages: [String], runs: Bool = true, _ options: [String] = [], _ edit: (inout SmallPool) -> Void = { _ in }) async throws {
    var pool = SmallPool(hosts: Self.hosts)
    pool.addGuest("web", uuid: Self.uuid.rawValue, on: "h1", memoryBytes: 1 << 30, storage: storages[0])
    for (index, storage) in storages.enumerated().dropFirst() {
      pool.addDisk("web-\(index)", of: "web", device: Self.target(index), storage: storage)
    }
    if !runs {
      pool.change("VM", "web") {
        $0["power_state"] = "Halted"
        $0["resident_on"] = "OpaqueRef:NULL"
        $0["allowed_operations"] = ["start", "start_on", "migrate_send"]
      }
    }
    edit(&pool)
    let file = try pool.file()
    defer { try? FileManager.default.removeItem(at: file) }
    peer = try await XenPeer(file.path, ["--seconds-per-gib", "0.05"] + options)
    let connection = peer.connection
    self.pool = XenPool(connection)
    driver = XenHypervisor(
      cell: DesiredCell(name: "pool", connection: .xenapi(connection), location: Self.place), hosts: Self.declared,
      writer: WriterIdentity(fleet: "f", writer: "ours", epoch: 1), links: XenLinks(),
      now: { Timestamp(milliseconds: Int(Date().timeIntervalSince1970 * 1000)) })
  }

  private static var declared: [DesiredHost] {
    hosts.map { DesiredHost(name: HostName($0), cell: "pool", location: place) }
  }

  static func target(_ index: Int) -> String { "xvd" + ["a", "b", "c"][index] }

  /// Disks on `ssd` are copied, all others shared.
  static func move(
    _ mode: MigrationMode, _ storages: [String], to host: HostName = "h2", of guest: InstanceName = "web"
  ) -> Move {
    let disks = storages.enumerated().map { index, storage in
      storage == "nfs"
        ? DiskMove(target: target(index), action: .share, fromPool: "nfs", bytes: 0)
        : DiskMove(target: target(index), action: .copy, toPool: "ssd", fromPool: "ssd", bytes: 1000)
    }
    let isCopied = disks.contains { $0.action == .copy }
    return Move(
      id: "\(guest)", instance: guest, uuid: guest == "web" ? uuid : otherUUID, cell: "pool", from: "h1", to: host, mode: mode,
      storage: !isCopied ? .shared : storages.contains("nfs") ? .mixed : .local, disks: disks,
      reason: MoveReason(kind: .placement, text: "test"), bytes: 1, cost: 1)
  }

  struct Ended {
    var machine: OperationMachine
    var memories: [ExecutionMemory]
    var records: [JournalRecord]

    var state: String { machine.endState.map { "\($0)" } ?? "open" }
    var detail: String { machine.endDetail }
    var hasKeptDisks: Bool { memories.contains { if case .retired = $0 { true } else { false } } }
    /// The guest is left alone, or the destination avoided, for a while.
    var isCharged: Bool {
      memories.contains {
        switch $0 {
        case .failed, .avoided: true
        default: false
        }
      }
    }
  }

  /// `hurry`: how many times as fast the clock of the executor goes.
  func carryOut(_ move: Move, hurry: Int = 10) async throws -> Ended { try await carryOut([move], hurry: hurry)[0] }

  func carryOut(_ moves: [Move], hurry: Int = 10) async throws -> [Ended] {
    let policy = MigrationPolicy()
    let noted = Mutex<(memories: [ExecutionMemory], records: [JournalRecord])>(([], []))
    let machines = try moves.map { move in
      OperationMachine(
        id: OperationID("w-\(move.id)"), operation: .move(move), steps: try driver.steps(for: move, policy: policy), policy: policy,
        memoryBytes: 1 << 30, author: JournalAuthor(writer: "ours", epoch: 1, endpoints: [:]),
        keepsSources: driver.capabilities.keepsSources)
    }
    var execution = ExecutionMachine(
      operations: machines, limits: ["pool": MigrationLimits(total: 8, perHost: 8, perHostIncoming: 8, perHostOutgoing: 8)],
      copiesPerHostMax: ["pool": driver.capabilities.copiesPerHostMax].compactMapValues { $0 })
    let executor = PlanExecutor(
      hypervisors: ["pool": driver], clock: FastClock(hurry), stop: StopSwitch(),
      journal: { records in noted.withLock { $0.records += records } },
      remember: { memory in noted.withLock { $0.memories.append(memory) } }, objection: { nil }, report: { _ in },
      search: CopySearch(
        hosts: ["pool": Dictionary(Self.declared.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })]))
    try await executor.run(&execution)
    let (memories, records) = noted.withLock { $0 }
    return execution.operations.map { Ended(machine: $0, memories: memories, records: records) }
  }

  // MARK: behind the driver

  func close(_ host: HostName) async throws {
    let step = Step(
      .closeHost(host), instance: InstanceName(host.rawValue), uuid: InstanceUUID("host:\(host)"), cell: "pool", source: host,
      destination: host)
    _ = try await driver.begin(step, intent: IntentID("close-\(host)"), deadline: Self.deadline)
  }

  func field(_ table: String, _ name: String, _ field: String) async throws -> XenValue {
    try await pool.call("\(table).get_\(field)", [.text(SmallPool.ref(table, name))], deadline: Self.deadline)
  }

  /// Where it runs, by the pool's own record; nil: it is off.
  func residence() async throws -> String? {
    try await field("VM", "web", "resident_on").reference?.split(separator: "-").last.map(String.init)
  }

  func isRunning() async throws -> Bool { try await field("VM", "web", "power_state").text == "Running" }

  /// Storages of its disks in order, such as `ssd-h2`.
  func storages(_ count: Int) async throws -> [String] {
    var found: [String] = []
    for name in (0..<count).map({ $0 == 0 ? "web" : "web-\($0)" }) {
      guard let disk = try await field("VBD", name, "VDI").reference,
        let storage = try await pool.call("VDI.get_SR", [.text(disk)], deadline: Self.deadline).reference
      else { continue }
      found.append(storage.replacing("OpaqueRef:SR-", with: ""))
    }
    return found
  }

  func calls(_ name: String) -> Int { peer.log().count { $0["call"] as? String == name && $0["ok"] as? Bool == true } }
}

/// The machine's clock, so many times as fast: waits between tries are not what these tests are about.
struct FastClock: ReconcilerClock {
  private let factor: Int
  private let start = SystemClock().now()

  init(_ factor: Int) { self.factor = factor }

  func now() -> Timestamp {
    let now = SystemClock().now()
    return start.adding(milliseconds: now.milliseconds(since: start) * factor)
  }

  func sleep(milliseconds: Int) async { await SystemClock().sleep(milliseconds: max(1, milliseconds / factor)) }
}
