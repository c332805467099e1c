import Fleet
import Hypervisor

/// Disks of a guest's snapshots, which a pool sends along: each where what it is a snapshot of goes, else to the pool's default storage.
///
/// What xapi does with them: `ocaml/xapi/xapi_vm_migrate.ml`, `extra_vdi_map`; it finds that one has no place only once the task has begun.
struct SnapshotDisks {
  /// No code of xapi's: the words are ours.
  static let code = "a snapshot's disk"

  let look: StepLook
  let view: StepView

  /// Why they cannot be sent, with what helps; nil: there are none, or they can.
  func obstacle() async throws(XenError) -> String? {
    guard let guest = view.guest, !guest.record.references("snapshots").isEmpty else { return nil }
    let records = try await PoolRecords.read(look.calls, look.deadline, classes: ["pool", "VBD", "VDI", "SR", "PBD"])
    let own = Set(view.disks.map(\.reference))
    let orphans = Self.disks(of: guest.record, records).filter { disk in
      !own.contains(disk) && records.disks[disk]?.reference("snapshot_of").map { !own.contains($0) } ?? true
    }
    guard !orphans.isEmpty else { return nil }
    let count = orphans.count == 1 ? "a disk of a snapshot" : "\(orphans.count) disks of snapshots"
    let what = "\(count) of \(view.step.instance), whose original is gone, would go to the pool's default storage"
    let way = "or delete the snapshots"
    guard let pool = records.pool, let place = pool.reference("default_SR") ?? pool.reference("default-SR"),
      let storage = records.storages[place]
    else { return "\(what), and the pool has no default storage: set one (xe pool-param-set default-SR=…), \(way)" }
    let isPlugged = records.plugs.values.contains {
      $0.reference("SR") == place && $0.reference("host") == view.destination?.reference && $0.flag("currently_attached")
    }
    guard isPlugged else {
      return "\(what), \(storage.name), which \(view.step.destination) has not plugged: plug it (xe pbd-plug), \(way)"
    }
    let coming = orphans.compactMap { records.disks[$0] }.filter { $0.reference("SR") != place }
    guard !coming.isEmpty else { return nil }
    let sizes = coming.compactMap(Self.bytes)
    guard sizes.count == coming.count else { return "\(what), and the pool does not say how large they are: delete the snapshots" }
    let bytes = sizes.reduce(0) { $0.plus($1) }
    guard let room = storage.freeBytes else {
      return "\(what), \(storage.name), and the pool does not say how much room that has: scan it (xe sr-scan), \(way)"
    }
    guard bytes > room else { return nil }
    return "\(what), \(storage.name), which has room for \(room) of their \(bytes) bytes: free some, \(way)"
  }

  /// References of the disks of a guest's snapshots.
  static func disks(of guest: XenRecord, _ records: PoolRecords) -> [String] {
    let snapshots = Set(guest.references("snapshots"))
    guard !snapshots.isEmpty else { return [] }
    return records.attachments.values.filter { $0.text("type") == "Disk" && $0.reference("VM").map(snapshots.contains) == true }
      .compactMap { $0.reference("VDI") }.filter { records.disks[$0] != nil }.sorted()
  }

  /// What a disk of a snapshot takes, or may take; nil: the pool does not say.
  private static func bytes(_ disk: XenRecord) -> Int? {
    ["physical_utilisation", "virtual_size"].first { disk.has($0) }.map { disk.integer($0) }
  }

  /// What snapshots take, by the disk that they are of and go along with.
  struct Sizes {
    private(set) var bytes: [String: Int] = [:]
    /// Disks with a snapshot of unknown size.
    private(set) var unsaid: Set<String> = []

    init(_ records: PoolRecords) {
      let snapshots = Set(records.guests.values.flatMap { $0.references("snapshots") })
      guard !snapshots.isEmpty else { return }
      for attachment in records.attachments.values where attachment.text("type") == "Disk" {
        guard attachment.reference("VM").map(snapshots.contains) == true,
          let disk = attachment.reference("VDI").flatMap({ records.disks[$0] }), let parent = disk.reference("snapshot_of")
        else { continue }
        guard let size = SnapshotDisks.bytes(disk) else {
          unsaid.insert(parent)
          continue
        }
        bytes[parent] = bytes[parent, default: 0].plus(size)
      }
    }
  }
}
