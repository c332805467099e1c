import Fleet
import Hypervisor
import Testing
import XenHypervisor
import XenSupport

/// Disks of snapshots go along with what they are a snapshot of, else to the pool's default storage.
@Suite struct SnapshotMoveTests {
  private func rig(parent: String?, runs: Bool = true, _ edit: (inout SmallPool) -> Void = { _ in }) async throws -> MoveRig {
    try await MoveRig(["ssd-h1"], runs: runs) { pool in
      pool.addSnapshot("before", of: "web", parent: parent, storage: "ssd-h1")
      pool.change("VDI", "before") { $0["physical_utilisation"] = String(3 << 30) }
      pool.change("VDI", "web") { $0["physical_utilisation"] = String(1 << 30) }
      edit(&pool)
    }
  }

  @Test func theyAreCountedWithTheirDisk() async throws {
    let rig = try await rig(parent: "web")
    let seen = await rig.driver.observe(deadline: MoveRig.deadline)
    let disk = try #require(seen.instances.first { $0.uuid == MoveRig.uuid }?.disks.first)
    #expect(disk.allocatedBytes == 4 << 30)
    #expect(disk.virtualBytes == SmallPool.diskBytes + 3 << 30, "the disk may grow, its snapshot does not")
    #expect(seen.instances.count == 1, "a snapshot is no guest")
  }

  @Test func theyGoAlong() async throws {
    let rig = try await rig(parent: "web")
    let ended = try await rig.carryOut(MoveRig.move(.block, ["ssd"]))
    #expect(ended.state == "succeeded", "\(ended.detail)")
    #expect(try await rig.storages(1) == ["ssd-h2"])
  }

  /// Without a parent it goes to the default storage, which may be missing, elsewhere, or full.
  @Test(arguments: [
    ("none", "the pool has no default storage"), ("ssd-h1", "which h2 has not plugged"), ("full", "has room for"), ("nfs", ""),
    ("unsaid", "does not say how much room that has"),
  ])
  func anOrphanNeedsTheDefaultStorage(_ standard: String, _ words: String) async throws {
    for mode in [MigrationMode.block, .offline, .cold] {
      let rig = try await rig(parent: nil, runs: mode != .offline) { pool in
        pool.change("pool", "pool") {
          $0["default_SR"] =
            standard == "none" ? "OpaqueRef:NULL" : SmallPool.ref("SR", ["full", "unsaid"].contains(standard) ? "nfs" : standard)
        }
        if standard == "unsaid" { pool.change("SR", "nfs") { $0["physical_utilisation"] = nil } }
        if standard == "full" { pool.change("SR", "nfs") { $0["physical_size"] = String(2 << 30) } }
      }
      let move = MoveRig.move(mode, ["ssd"])
      let asked = await rig.driver.words(on: [(move, MigrationPolicy())], deadline: MoveRig.deadline)
      #expect(asked.refusals.isEmpty == words.isEmpty, "\(asked)")
      let ended = try await rig.carryOut(move)
      #expect((ended.state == "succeeded") == words.isEmpty, "\(mode): \(ended.detail)")
      if !words.isEmpty {
        #expect(ended.detail.contains(words) && ended.detail.contains("snapshot"), "\(mode): \(ended.detail)")
        #expect(asked.refusals.first?.text.contains(words) == true, "\(asked)")
      }
      #expect(rig.calls("VM.clean_shutdown") == (mode == .cold && words.isEmpty ? 1 : 0))
      #expect(words.isEmpty || rig.peer.asked().count { $0 == "Async.VM.migrate_send" } == 0)
    }
  }
}
