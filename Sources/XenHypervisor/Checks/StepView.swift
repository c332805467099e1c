import Fleet
import Hypervisor

/// What a step needs to see of the pool: a constant number of calls, few of them after one another.
struct StepView: Sendable {
  let step: Step
  /// Reference and record; nil: the pool has no such guest.
  var guest: (reference: String, record: XenRecord)?
  /// Of a live migration its destination alone.
  var hosts: [HostName: (reference: String, record: XenRecord)] = [:]
  /// Of source and destination, where the pool has them.
  var references: [HostName: String] = [:]
  /// Heartbeats by host.
  var live: [HostName: Bool] = [:]
  /// Of a live migration that copies none: not read.
  var disks: [GuestDisk] = []
  /// Reference and record; read for steps that concern all of it.
  var pool: (reference: String, record: XenRecord)?

  struct GuestDisk: Sendable {
    var target: String
    var isCD: Bool
    var reference: String
    var record: XenRecord
  }

  var source: (reference: String, record: XenRecord)? { hosts[step.source] }
  var destination: (reference: String, record: XenRecord)? { hosts[step.destination] }
  var power: InstanceObservation.Power? { guest.map { PoolSurvey.power($0.record) } }
  func resides(on host: HostName) -> Bool {
    guard let guest, let there = references[host] else { return false }
    return guest.record.reference("resident_on") == there
  }
}
