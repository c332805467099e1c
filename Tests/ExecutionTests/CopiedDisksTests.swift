import Execution
import Fleet
import Testing

/// Which copies a move that did not succeed left, and what becomes of them once a person settled it.
@Suite struct CopiedDisksTests {
  private static let now = Timestamp(milliseconds: 1_800_000_000_000)
  private static let vda = DiskMove(target: "vda", action: .copy, toPool: "fast", fromPool: "slow", volume: "web.qcow2", bytes: 7)
  private static let vdb = DiskMove(target: "vdb", action: .share, fromPool: "nfs", bytes: 0)

  private static let media = DiskMove(target: "sda", action: .copy, toPool: "fast", fromPool: "iso", media: true, bytes: 1)

  private static func journal(_ state: OperationRecord.State, _ steps: [(Step.Action, StepRecord.State)]) -> OperationJournal {
    let move = Move(
      id: "m1", instance: "web", uuid: Fixture.uuid, cell: "east", from: "hv1", to: "hv2", mode: .cold, storage: .mixed,
      disks: [vda, vdb], reason: MoveReason(kind: .maintenance, text: ""), bytes: 7, cost: 1)
    let here = HostEndpoint(name: "hv1", uri: "")
    let records = steps.enumerated().map { index, step in
      StepRecord(
        intent: IntentID("w-1/\(index)/1"), operation: "w-1", stepIndex: index, step: Fixture.step(step.0), source: here, destination: here,
        writer: "w", epoch: 1, state: step.1, at: now)
    }
    return OperationJournal(
      record: OperationRecord(id: "w-1", operation: .move(move), steps: [], state: state, writer: "w", epoch: 1, at: now), queuedAt: now,
      steps: records)
  }

  private static let migrate = Step.Action.migrate(MigrateOptions(mode: .block, disks: [vda, vdb], policy: MigrationPolicy()))
  private static let removed = Step.Action.removeDisk(target: "vda", pool: "fast", on: "hv2")

  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var journal: OperationJournal
    var left: [String]
  }

  static let rows = [
    Row(testDescription: "copied", journal: journal(.needsHuman, [(.copyDisk(vda), .done)]), left: ["vda"]),
    Row(testDescription: "perhaps copied", journal: journal(.needsHuman, [(.copyDisk(vda), .inDoubt)]), left: ["vda"]),
    Row(testDescription: "half a block migration", journal: journal(.needsHuman, [(migrate, .failed)]), left: ["vda"]),
    Row(
      testDescription: "copied twice", journal: journal(.needsHuman, [(.copyDisk(vda), .failed), (.copyDisk(vda), .done)]), left: ["vda"]),
    Row(testDescription: "refused", journal: journal(.failed, [(.copyDisk(vda), .refused)]), left: []),
    Row(testDescription: "removed", journal: journal(.rolledBack, [(.copyDisk(vda), .done), (removed, .done)]), left: []),
    Row(testDescription: "not removed", journal: journal(.needsHuman, [(.copyDisk(vda), .done), (removed, .failed)]), left: ["vda"]),
    Row(
      testDescription: "removed elsewhere",
      journal: journal(.needsHuman, [(.copyDisk(vda), .done), (.removeDisk(target: "vda", pool: "fast", on: "hv1"), .done)]), left: ["vda"]),
    Row(testDescription: "in use", journal: journal(.succeeded, [(migrate, .done)]), left: []),
    Row(testDescription: "media", journal: journal(.needsHuman, [(.copyDisk(media), .done)]), left: []),
    Row(testDescription: "nothing begun", journal: journal(.needsHuman, []), left: []),
  ]

  @Test(arguments: rows) func whatIsLeft(row: Row) { #expect(CopiedDisks.left(by: row.journal).map(\.target) == row.left) }

  @Test(arguments: ["hv1", "hv2", "hv3"]) func whatMayGoOnceItIsSettled(home: HostName) {
    let journal = Self.journal(.needsHuman, [(.copyDisk(Self.vda), .done)])
    let unused = CopiedDisks.unused(after: journal, home: home, policy: MigrationPolicy(), now: Self.now)
    func disk(_ host: HostName, _ pool: StorageID, _ volume: String?, after: Int) -> RetiredDisk {
      RetiredDisk(
        move: "w-1", instance: "web", uuid: Fixture.uuid, cell: "east", host: host, pool: pool, target: "vda", volume: volume, bytes: 7,
        retiredAt: Self.now, deleteAfter: Self.now.adding(milliseconds: after))
    }
    switch home {
    case "hv1": #expect(unused == [disk("hv2", "fast", "web.qcow2", after: 0)])
    case "hv2": #expect(unused == [disk("hv1", "slow", "web.qcow2", after: 86_400_000)])
    default: #expect(unused.isEmpty, "nobody knows what was done by hand")
    }
  }
}
