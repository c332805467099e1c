import Fleet
import Hypervisor

/// Where a guest is, as each host would show it: the pool has one record of it, whose `resident_on` is where it runs.
enum GuestPresence {
  static func read(_ uuid: InstanceUUID, _ hosts: [HostName], _ look: StepLook) async throws(XenError) -> [HostName: Presence] {
    let members = try await look.hosts(hosts)
    let guest = try await look.guest(uuid)
    let reach = try await reach(guest?.record, look)
    var seen: [HostName: Presence] = [:]
    for host in hosts {
      guard let member = members[host] else {
        seen[host] = .unreachable(reason: "the pool has no host of this name or uuid")
        continue
      }
      seen[host] = guest.map { presence($0.record, member.reference, reach) } ?? .absent
    }
    // A dead host's guests are still shown as running there: nobody knows.
    for (host, member) in members {
      guard let metrics = member.record.reference("metrics"), let record = try await look.record("host_metrics", metrics),
        record.has("live"), !record.flag("live")
      else { continue }
      seen[host] = .unreachable(reason: "the pool no longer hears its heartbeat")
    }
    return seen
  }

  /// Hosts that have all storages of a guest that is off; nil: it is on.
  private static func reach(_ guest: XenRecord?, _ look: StepLook) async throws(XenError) -> Set<String>? {
    guard let guest, PoolSurvey.power(guest) == .off else { return nil }
    let plugs = try await PoolRecords.read(look.calls, look.deadline, classes: ["PBD"]).plugs.values
      .filter { $0.flag("currently_attached") }
    var hosts = Set(plugs.compactMap { $0.reference("host") })
    for attachment in guest.references("VBDs") {
      guard let seen = try await look.record("VBD", attachment), seen.text("type") == "Disk", let disk = seen.reference("VDI"),
        let storage = try await look.record("VDI", disk)?.reference("SR")
      else { continue }
      hosts.formIntersection(plugs.filter { $0.reference("SR") == storage }.compactMap { $0.reference("host") })
    }
    return hosts
  }

  private static func presence(_ guest: XenRecord, _ host: String, _ reach: Set<String>?) -> Presence {
    switch PoolSurvey.power(guest) {
    case .running, .paused:
      if guest.reference("resident_on") == host { return PoolSurvey.power(guest) == .running ? .running : .paused(.user) }
      return guest.reference("scheduled_to_be_resident_on") == host ? .incoming : .absent
    case .off, .crashed:
      guard reach?.contains(host) == true else { return .absent }
      // Nothing starts it twice: it has one record. While a move of ours has it, nothing but us is to start it at all.
      return .off(defined: true, disabled: XenMarks.mark(in: guest) != nil, reason: .shutDown)
    }
  }
}
