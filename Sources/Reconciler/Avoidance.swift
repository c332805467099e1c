package import Fleet
import Planning

/// Destinations that failed, as planning heeds them: what failed there is planned elsewhere, and only where nothing else will do, and its time
/// has come, there again.
package struct Avoidance: Sendable {
  /// So many instances that failed towards one host make it suspect for all.
  static let suspectFailuresMin = 2
  /// Guests kept from suspect hosts in one plan; beyond it only those that failed themselves are.
  static let suspicionsMax = 4096
  /// Sentences about avoided destinations in one plan.
  static let shownMax = 20

  private let pairs: [FailedPair]
  private let refusals: [HostRefusal]
  /// Whom a host is refused to until when.
  private let until: [Key: Timestamp]

  private struct Key: Hashable {
    let cell: CellName
    let uuid: InstanceUUID
    let host: HostName
  }

  /// `pairs`: those that still hold, by what is known of both.
  package init(_ pairs: [FailedPair], _ seen: Observation, now: Timestamp) {
    var refusals: [HostRefusal] = []
    var until: [Key: Timestamp] = [:]
    func add(_ instance: InstanceObservation, _ cell: CellName, _ host: HostName, _ end: Timestamp, _ text: String) {
      guard until.updateValue(end, forKey: Key(cell: cell, uuid: instance.uuid, host: host)) == nil else { return }
      refusals.append(
        HostRefusal(
          cell: cell, instance: instance.name, uuid: instance.uuid, host: host, onlineOnly: false, text: text, origin: .earlierFailure))
    }
    for cell in seen.cells {
      let ours = pairs.filter { $0.cell == cell.name }
      guard !ours.isEmpty else { continue }
      let guests = Dictionary(cell.instances.map { ($0.uuid, $0) }, uniquingKeysWith: { first, _ in first })
      for pair in ours {
        guard let guest = guests[pair.uuid], guest.host != pair.host else { continue }
        let count =
          pair.failures > 1
          ? "its last \(pair.failures) moves to \(pair.host) failed, the last one at" : "its move to \(pair.host) failed at"
        add(guest, cell.name, pair.host, pair.until, "\(count) \(pair.at): \(pair.text)")
      }
      let byHost = Dictionary(grouping: ours.filter { $0.until > now }, by: \.host)
      for (host, failed) in byHost.sorted(by: { $0.key < $1.key }) where Set(failed.map(\.uuid)).count >= Self.suspectFailuresMin {
        guard refusals.count + cell.instances.count <= Self.suspicionsMax else { continue }
        guard let end = failed.map(\.until).min(), let last = failed.max(by: { $0.at < $1.at }) else { continue }
        for guest in cell.instances where guest.host != host {
          add(
            guest, cell.name, host, end,
            "moves of \(failed.count) others to \(host) failed, the last one, of \(last.instance), at \(last.at): \(last.text)")
        }
      }
    }
    (self.refusals, self.until, self.pairs) = (refusals, until, pairs)
  }

  var isEmpty: Bool { refusals.isEmpty }

  /// What is refused while everything else is tried first.
  package var all: [HostRefusal] { refusals }

  /// What is refused still when these instances found nowhere else to go.
  package func remaining(for stuck: Set<InstanceUUID>, now: Timestamp) -> [HostRefusal] {
    refusals.filter { refusal in
      !stuck.contains(refusal.uuid)
        || until[Key(cell: refusal.cell, uuid: refusal.uuid, host: refusal.host)].map { $0 > now } == true
    }
  }

  /// How long an instance that found nowhere else to go waits, and why, if it failed again and again.
  struct Wait: Sendable, Equatable {
    var until: Timestamp
    var failing: FailingInstance?
  }

  /// Those of the blocked that wait for a destination's time to come.
  func waiting(_ blocked: Set<InstanceUUID>, now: Timestamp) -> [InstanceUUID: Wait] {
    var found: [InstanceUUID: Wait] = [:]
    for refusal in refusals where blocked.contains(refusal.uuid) {
      guard let end = until[Key(cell: refusal.cell, uuid: refusal.uuid, host: refusal.host)] else { continue }
      found[refusal.uuid, default: Wait(until: end)].until = min(found[refusal.uuid]?.until ?? end, end)
    }
    // One whose time has come somewhere waits for nothing.
    found = found.filter { $0.value.until > now }
    for pair in pairs where pair.failures >= FailingInstance.failuresMin && found[pair.uuid] != nil {
      if (found[pair.uuid]?.failing?.failures ?? 0) < pair.failures {
        found[pair.uuid]?.failing = FailingInstance(failures: pair.failures, text: pair.text)
      }
    }
    return found
  }

  /// What a plan says of destinations it went without.
  static func warnings(_ refusals: [HostRefusal], of concerned: Set<InstanceUUID>) -> [String] {
    let told = refusals.filter { concerned.contains($0.uuid) }
    let more = told.count > shownMax ? ["and \(told.count - shownMax) more destinations that failed before are avoided"] : []
    return told.prefix(shownMax).map { "\($0.instance) is not planned to \($0.host): \($0.text)" } + more
  }

  // MARK: facts

  /// What bears on a move of an instance to a host, as one hash; when it changes, what failed before may come off. Nil: one of them is not seen.
  static func facts(_ uuid: InstanceUUID, _ host: HostName, _ cell: CellObservation) -> String? {
    guard var there = cell.hosts.first(where: { $0.name == host && $0.reachable }),
      var guest = cell.instances.first(where: { $0.uuid == uuid && $0.power.isActive }) ?? cell.instances.first(where: { $0.uuid == uuid })
    else { return nil }
    there.refusals = nil
    // A token's name is drawn anew with each proof.
    for index in there.storages.indices { there.storages[index].identity = nil }
    guest.host = nil
    (guest.busy, guest.mark) = (false, nil)
    for index in guest.disks.indices { guest.disks[index].allocatedBytes = 0 }
    return Fingerprint.of(CellObservation(name: cell.name, hosts: [there], instances: [guest]))
  }

  /// Those whose facts are what they were.
  static func holding(_ pairs: [FailedPair], _ seen: Observation) -> [FailedPair] {
    let cells = Dictionary(seen.cells.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return pairs.filter { pair in
      guard let cell = cells[pair.cell], let facts = pair.facts, let today = Self.facts(pair.uuid, pair.host, cell) else { return true }
      return facts == today
    }
  }
}
