import Fleet
import Hypervisor

/// A cell of real or simulated hosts that the conformance suite may use: two hosts, one running guest and its means to look behind the driver.
///
/// A driver that wants to run the suite gives one of these. Both hosts share storage `sharedPool` and each has a local pool `localPool`.
protocol HypervisorFixture: Sendable {
  var cell: CellName { get }
  var source: HostName { get }
  var destination: HostName { get }
  /// Runs on `source`, its one disk `diskTarget` on the shared storage.
  var guest: InstanceName { get }
  var uuid: InstanceUUID { get }
  /// Runs on `source` too, its one disk `diskTarget` in the local pool.
  var localGuest: InstanceName { get }
  var localUUID: InstanceUUID { get }
  var localPool: StorageID { get }
  /// What the hypervisor calls the disk of either guest.
  var diskTarget: String { get }
  /// Bytes of the local guest's disk.
  var localDiskBytes: Int { get }

  /// The driver of one writer; drivers of several writers see the same hosts.
  func driver(_ writer: WriterIdentity) -> any Hypervisor
  /// Waits a little, in the time of the hosts.
  func wait() async
  /// True if the guest has booted since the fixture was made.
  func wasRebooted(_ uuid: InstanceUUID) async -> Bool
  /// A text that changes with anything a driver changes on the hosts.
  func fingerprint() async throws -> String
}

extension HypervisorFixture {
  var diskTarget: String { "vda" }
}
