import Fleet
import Hypervisor

/// What a step needs to see of the pool before it begins; a constant number of calls.
struct StepView: Sendable {
  let step: Step
  /// Reference and record; nil: the pool has no such guest.
  var guest: (reference: String, record: XenRecord)?
  var hosts: [HostName: (reference: String, record: XenRecord)] = [:]
  /// Heartbeats by host.
  var live: [HostName: Bool] = [:]
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
    guard let guest, let there = hosts[host] else { return false }
    return guest.record.reference("resident_on") == there.reference
  }
}

/// Reads `StepView`s.
struct StepLook {
  let calls: any XenCalls
  let declared: [HostName: DesiredHost]
  let deadline: Deadline

  func view(of step: Step) async throws(XenError) -> StepView {
    var view = StepView(step: step)
    view.hosts = try await hosts([step.source, step.destination] + Self.named(step.action))
    for (name, host) in view.hosts {
      guard let metrics = host.record.reference("metrics") else { continue }
      view.live[name] = (try await record("host_metrics", metrics)).map { !$0.has("live") || $0.flag("live") } ?? false
    }
    view.guest = try await guest(step.uuid)
    if let guest = view.guest {
      for attachment in guest.record.references("VBDs") {
        guard let seen = try await record("VBD", attachment), !seen.flag("empty"), let disk = seen.reference("VDI"),
          let record = try await record("VDI", disk)
        else { continue }
        view.disks.append(StepView.GuestDisk(target: seen.target, isCD: seen.text("type") != "Disk", reference: disk, record: record))
      }
    }
    if Self.concernsPool(step.action) {
      let pools = try await calls.call("pool.get_all_records", [], deadline: deadline).map ?? [:]
      view.pool = pools.first.flatMap { found in XenRecord(found.value).map { (found.key, $0) } }
    }
    return view
  }

  private static func concernsPool(_ action: Step.Action) -> Bool {
    switch action {
    case .shutDown, .start, .closeHost, .openHost: true
    default: false
    }
  }

  private static func named(_ action: Step.Action) -> [HostName] {
    switch action {
    case .closeHost(let host), .openHost(let host), .start(let host): [host]
    default: []
    }
  }

  /// All hosts in one call, however many are asked for.
  func hosts(_ names: [HostName]) async throws(XenError) -> [HostName: (reference: String, record: XenRecord)] {
    let all = try await PoolRecords.read(calls, deadline, classes: ["host"])
    var found: [HostName: (reference: String, record: XenRecord)] = [:]
    for name in names {
      guard let host = declared[name], let reference = PoolSurvey.reference(of: host, all), let record = all.hosts[reference] else {
        continue
      }
      found[name] = (reference, record)
    }
    return found
  }

  /// nil: the pool has no such guest.
  func guest(_ uuid: InstanceUUID) async throws(XenError) -> (reference: String, record: XenRecord)? {
    do throws(XenError) {
      guard let reference = try await calls.call("VM.get_by_uuid", [.text(uuid.rawValue)], deadline: deadline).reference,
        let record = try await record("VM", reference)
      else { return nil }
      return (reference, record)
    } catch {
      if error.code == "UUID_INVALID" { return nil }
      throw error
    }
  }

  /// nil: it vanished.
  func record(_ name: String, _ reference: String) async throws(XenError) -> XenRecord? {
    do throws(XenError) {
      return XenRecord(try await calls.call("\(name).get_record", [.text(reference)], deadline: deadline))
    } catch {
      if error.code == "HANDLE_INVALID" { return nil }
      throw error
    }
  }
}
