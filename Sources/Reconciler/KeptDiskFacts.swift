import Fleet
import StateStore

/// What the state store knows that forbids deleting a kept disk.
struct KeptDiskFacts: Sendable {
  /// Guests with an operation that has not ended, or that a person must look at.
  private let unsettled: Set<InstanceUUID>

  init(unsettled: Set<InstanceUUID> = []) { self.unsettled = unsettled }

  init(_ store: StateStore) throws {
    unsettled = Set(try store.openOperations().map(\.record.operation.subject)).union(try store.needsHuman().keys)
  }

  /// Where the guest lives, if its kept disk may go: every host of its cell answered, exactly one has the guest, another than the disk's, on
  /// which it runs (or is off, if it was off when it was moved), and nothing about it is in doubt. Nil: the disk stays.
  func home(of disk: RetiredDisk, in cell: CellObservation) -> HostName? {
    guard !unsettled.contains(disk.uuid), cell.hosts.allSatisfy(\.reachable) else { return nil }
    let copies = cell.instances.filter { $0.uuid == disk.uuid }
    guard copies.count == 1, let home = copies[0].host, home != disk.host, !copies[0].busy, copies[0].mark == nil else { return nil }
    guard copies[0].power == .running || (!disk.ran && copies[0].power == .off) else { return nil }
    return home
  }
}
