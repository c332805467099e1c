import Fleet
import Hypervisor

/// Where a guest is, as each host would show it: the pool has one record of it, whose `resident_on` is where it runs.
enum GuestPresence {
  static func read(_ uuid: InstanceUUID, _ hosts: [HostName], _ look: StepLook) async throws(XenError) -> [HostName: Presence] {
    let members = try await look.members(hosts)
    let known = members.compactMap { host, member in member.metrics.map { (host, $0) } }
    async let heartbeats = StepLook.result { () async throws(XenError) in try await look.records(known.map { ("host_metrics", $0.1) }) }
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
    for (host, record) in zip(known.map(\.0), try await heartbeats.get()) {
      guard let record else {
        // It was among the pool's hosts when it was last looked at: what it does is not known.
        look.references.learn(host, nil)
        seen[host] = .unreachable(reason: "the pool no longer has this host")
        continue
      }
      guard record.has("live"), !record.flag("live") else { continue }
      let label = members[host]?.record?.name
      seen[host] = .unreachable(reason: "the pool no longer hears its heartbeat" + PoolMembers.bracket(host, label))
    }
    return seen
  }

  /// Hosts that have all storages of a guest that is off; nil: it is on.
  private static func reach(_ guest: XenRecord?, _ look: StepLook) async throws(XenError) -> Set<String>? {
    guard let guest, PoolSurvey.power(guest) == .off else { return nil }
    let plugs = try await PoolRecords.read(look.calls, look.deadline, classes: ["PBD"]).plugs.values
      .filter { $0.flag("currently_attached") }
    var hosts = Set(plugs.compactMap { $0.reference("host") })
    for disk in try await look.disks(of: guest) where !disk.isCD {
      guard let storage = disk.record.reference("SR") else { continue }
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
