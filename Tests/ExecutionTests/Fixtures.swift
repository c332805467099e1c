import Execution
import Fleet

/// Values that the tests of this target share.
enum Fixture {
  static let gib = 1 << 30

  /// What both hosts show while no third has a copy, and every intent left its mark.
  static func sighting(
    source: Presence, destination: Presence, job: JobRef? = nil, jobState: JobProgress.State? = nil
  ) -> Sighting {
    Sighting(source: source, destination: destination, job: job, jobState: jobState, elsewhere: [:], hasTrace: true)
  }

  static let cell: CellName = "east"
  static let source: HostName = "hv1"
  static let destination: HostName = "hv2"
  static let uuid: InstanceUUID = "00000000-0000-0000-0000-000000000001"
  static let author = JournalAuthor(writer: "w", epoch: 1, endpoints: ["hv1": HostEndpoint(name: "hv1", uri: "test:///hv1")])
  static let disk = DiskMove(target: "vda", action: .copy, toPool: "fast", fromPool: "slow", bytes: gib)

  static func move(
    _ mode: MigrationMode, id: String = "m1", after: [String] = [], from: HostName = source, to: HostName = destination,
    cell: CellName = cell, reason: MoveReason.Kind = .rule
  ) -> Move {
    let shared = DiskMove(target: "vda", action: .share, bytes: gib)
    return Move(
      id: id, after: after, instance: "web-1", uuid: uuid, cell: cell, from: from, to: to, mode: mode,
      storage: mode == .live ? .shared : .local, disks: [mode == .live ? shared : disk], reason: MoveReason(kind: reason, text: "t"),
      bytes: gib, cost: 1)
  }

  static func step(_ action: Step.Action) -> Step {
    Step(action, instance: "web-1", uuid: uuid, cell: cell, source: source, destination: destination)
  }

  static func migrate(_ mode: MigrationMode) -> Step {
    step(.migrate(MigrateOptions(mode: mode, disks: move(mode).disks, policy: MigrationPolicy())))
  }

  static let shutDown = step(.shutDown(timeoutMilliseconds: 120_000, onTimeout: .abort))
  static let copy = step(.copyDisk(disk))
  static let define = step(.define())
  static let disable = step(.disable(on: source))
  static let start = step(.start(on: destination))
  static let undefine = step(.undefine(on: source))
  static let startAgain = step(.start(on: source))
  static let undefineThere = step(.undefine(on: destination))
  static let removeCopy = step(.removeDisk(target: "vda", pool: "fast", on: destination, unfinished: true))
  static let resume = step(.resumePostCopy)

  static let cold = [shutDown, copy, define, disable, start, undefine]
}

/// A move of each shape, small when printed.
enum Shape: String, CaseIterable, Sendable {
  case live, block, cold, coldUndefineFirst, offline, offlineByHand

  var mode: MigrationMode {
    switch self {
    case .live: .live
    case .block: .block
    case .cold, .coldUndefineFirst: .cold
    case .offline, .offlineByHand: .offline
    }
  }

  var steps: [Step] {
    switch self {
    case .live, .block, .offline: [Fixture.migrate(mode)]
    case .cold: Fixture.cold
    case .coldUndefineFirst: [Fixture.shutDown, Fixture.copy, Fixture.define, Fixture.disable, Fixture.undefine, Fixture.start]
    case .offlineByHand: [Fixture.copy, Fixture.define, Fixture.disable, Fixture.undefine]
    }
  }

  var machine: OperationMachine {
    OperationMachine(
      id: "w-1", operation: .move(Fixture.move(mode)), steps: steps, policy: MigrationPolicy(), memoryBytes: Fixture.gib,
      author: Fixture.author)
  }

  var runsBefore: Bool { mode != .offline }
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension Presence {
  static let off = Presence.off(defined: true, disabled: false, reason: .shutDown)
  static let disabled = Presence.off(defined: true, disabled: true, reason: .shutDown)
  static let gone = Presence.unreachable(reason: "no route")

  static let all: [Presence] =
    [
      .absent, .running, .paused(.user), .paused(.migration), .paused(.ioError), .incoming, .postCopySource, .postCopyTarget(failed: false),
      .postCopyTarget(failed: true), .gone,
    ]
    + [Presence.OffReason.shutDown, .destroyed, .crashed, .migrated, .failed, .unknown].map {
      .off(defined: true, disabled: false, reason: $0)
    }
    + [.disabled, .off(defined: false, disabled: false, reason: .unknown)]

  var isOff: Bool { if case .off = self { true } else { false } }
  var isDefinedOff: Bool { if case .off(defined: true, _, _) = self { true } else { false } }
}
