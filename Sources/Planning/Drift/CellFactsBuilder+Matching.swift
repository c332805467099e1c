import Fleet

extension CellFactsBuilder {
  mutating func indexObserved() {
    let instances = facts.observation.instances
    nextOfUUID = [Int](repeating: -1, count: instances.count)
    nextOfName = nextOfUUID
    claimed = [Bool](repeating: false, count: instances.count)
    firstOfUUID.reserveCapacity(instances.count)
    firstOfName.reserveCapacity(instances.count)
    // Backwards, so that chains run in the order of the observation.
    for index in instances.indices.reversed() {
      nextOfUUID[index] = firstOfUUID.updateValue(index, forKey: instances[index].uuid) ?? -1
      nextOfName[index] = firstOfName.updateValue(index, forKey: instances[index].name) ?? -1
    }
  }

  /// A declared uuid claims its guest before a name does, so that a name never takes another instance's guest.
  mutating func matchDeclared(_ indices: [Int]) {
    facts.declared.reserveCapacity(indices.count)
    for index in indices {
      guard let uuid = input.desired.instances[index].uuid else { continue }
      for observed in chain(firstOfUUID[uuid], nextOfUUID) { claimed[observed] = true }
    }
    for index in indices {
      let desired = input.desired.instances[index]
      if let uuid = desired.uuid {
        settle(index, uuid: uuid, chain(firstOfUUID[uuid], nextOfUUID))
      } else {
        matchByName(index, desired)
      }
    }
  }

  private mutating func matchByName(_ index: Int, _ desired: DesiredInstance) {
    let named = chain(firstOfName[desired.name], nextOfName)
    let found = named.filter { !claimed[$0] }
    let taken = found.isEmpty && lastSeen.byName[desired.name] == nil ? named.first.map { facts.observation.instances[$0].uuid } : nil
    if let taken, let text = severalNames(chain(firstOfUUID[taken], nextOfUUID)) {
      // Seen, and charged with the other name.
      return facts.declared.append(DeclaredFacts(index: index, observed: named, bucket: .frozen, text: text, guest: nil))
    }
    var uuids: [InstanceUUID] = []
    for observed in found where !uuids.contains(facts.observation.instances[observed].uuid) {
      uuids.append(facts.observation.instances[observed].uuid)
    }
    guard uuids.count > 1 else {
      // Another host may show the same uuid under another name.
      let all = uuids.first.map { chain(firstOfUUID[$0], nextOfUUID) } ?? []
      for observed in all { claimed[observed] = true }
      return settle(index, uuid: uuids.first, all)
    }
    let shown = found.map { facts.observation.instances[$0] }.map { "\($0.uuid) on \($0.host?.rawValue ?? "no host")" }
    var guest: Int?
    for observed in found {
      claimed[observed] = true
      guest = chargeWhereItStands(observed, declared: index) ?? guest
    }
    facts.declared.append(
      DeclaredFacts(
        index: index, observed: found, bucket: .ambiguous,
        text: "\(uuids.count) guests carry this name: \(shown.joined(separator: ", ")); set spec.uuid to name one", guest: guest))
  }

  private func chain(_ first: Int?, _ next: [Int]) -> [Int] {
    var indices: [Int] = []
    var index = first ?? -1
    while index >= 0 {
      indices.append(index)
      index = next[index]
    }
    return indices
  }

  private mutating func chargeWhereItStands(_ observed: Int, declared: Int) -> Int? {
    let instance = facts.observation.instances[observed]
    guard let host = instance.host, let id = hostIDs[host] else { return nil }
    return addGuest(instance, source: observed, host: id, declared: declared, movable: false)
  }

  // MARK: - One declared instance

  private mutating func settle(_ index: Int, uuid: InstanceUUID?, _ found: [Int]) {
    if found.isEmpty { return settleUnseen(index, uuid: uuid) }
    let instances = facts.observation.instances
    if let doubt = underWay(found) {
      return freeze(index, found, primary: found.first { instances[$0].power == .running }, text: doubt.text, doubt: doubt)
    }
    let active = found.filter { instances[$0].power.isActive }
    if found.count > 1 && active.count != 1 {
      let places = found.map { "\(instances[$0].power.rawValue) on \(instances[$0].host?.rawValue ?? "no host")" }
      return freeze(index, found, text: "it is on \(found.count) hosts: \(places.joined(separator: ", "))")
    }
    let primary = active.first ?? found[0]
    // Which of the two the uuid means nobody can say: a move would take, and reboot, the wrong one.
    if let text = severalNames(found) { return freeze(index, found, primary: primary, text: text) }
    if found.count > 1 { warnOfLeftovers(index, found, primary) }
    let instance = instances[primary]
    if var doubt = inDoubt[instance.uuid] {
      // What a living run does it does; what is seen here is something else besides.
      doubt.underWay = nil
      return freeze(index, found, primary: primary, text: doubt.text, doubt: doubt)
    }
    if let blocked = input.memory.needsHuman[instance.uuid] { return freeze(index, found, primary: primary, text: blocked.text) }
    if let text = markedWhileOff(instance) {
      facts.warnings.append("\(instance.name): \(text)")
      return freeze(index, found, primary: primary, text: text)
    }
    let bucket: Drift.Bucket
    var text = ""
    if instance.busy {
      bucket = .busy
      text =
        instance.mark.map { "writer \($0.writer) of fleet \($0.fleet) has it until \($0.expires)" } ?? "a job that is not ours runs on it"
    } else if let until = input.memory.backOff[instance.uuid], until > input.now {
      bucket = .backingOff
      text = "its last move failed; not tried again before \(until)"
    } else {
      bucket = .inSync
    }
    guard let host = instance.host, let id = hostIDs[host] else {
      if instance.power.isActive {
        text = "it runs, and on none of the declared hosts as far as its hypervisor tells"
        return facts.declared.append(DeclaredFacts(index: index, observed: found, bucket: .unknown, text: text, guest: nil))
      }
      facts.declared.append(DeclaredFacts(index: index, observed: found, bucket: bucket, text: text, guest: nil))
      return
    }
    let movable = bucket == .inSync && facts.hosts[id].reachable
    let guest = addGuest(instance, source: primary, host: id, declared: index, movable: movable)
    facts.declared.append(DeclaredFacts(index: index, observed: found, bucket: bucket, text: text, guest: guest))
  }

  /// What is wrong with copies of one uuid that have different names; nil: they have one.
  private func severalNames(_ found: [Int]) -> String? {
    let copies = found.map { facts.observation.instances[$0] }
    guard let uuid = copies.first?.uuid, Set(copies.map(\.name)).count > 1 else { return nil }
    let shown = copies.map { "\($0.name) on \($0.host?.rawValue ?? "no host")" }
    return "one uuid (\(uuid)) is shown under several names: \(shown.joined(separator: ", ")); give one of them another"
  }

  /// The move that a living run makes of the guest, where what is seen is what such a move looks like: on its two hosts only, running on one
  /// at most.
  private func underWay(_ found: [Int]) -> InDoubt? {
    let copies = found.map { facts.observation.instances[$0] }
    guard let doubt = copies.first.flatMap({ inDoubt[$0.uuid] }), doubt.underWay != nil,
      copies.allSatisfy({ $0.host.map(doubt.hosts.contains) ?? false }), copies.count(where: { $0.power == .running }) <= 1
    else { return nil }
    return doubt
  }

  /// A guest that is off and carries a mark that no living writer renews was perhaps shut down for a move that nobody remembers.
  private func markedWhileOff(_ instance: InstanceObservation) -> String? {
    guard let mark = instance.mark, !instance.power.isActive, instance.busy, mark.expires <= input.now else { return nil }
    return
      "it is off and carries the mark of writer \(mark.writer), which expired at \(mark.expires): it may have been shut down for a move "
      + "that nobody remembers; start it, or take the mark over with --take-over"
  }

  /// `primary`: the copy that counts, beside which the others are off and count nowhere; nil: nobody can say, and it counts wherever it is.
  private mutating func freeze(_ index: Int, _ found: [Int], primary known: Int? = nil, text: String, doubt: InDoubt? = nil) {
    let primary = known ?? found[0]
    var hosts = (known.map { [$0] } ?? found).compactMap { facts.observation.instances[$0].host }.compactMap { hostIDs[$0] }
    hosts += (doubt?.hosts ?? []).compactMap { hostIDs[$0] }
    var guest: Int?
    if let home = facts.observation.instances[primary].host.flatMap({ hostIDs[$0] }) ?? hosts.first {
      var others: [Int] = []
      for host in hosts where host != home && !others.contains(host) { others.append(host) }
      // A doubled guest is charged as the largest of its copies.
      let largest = found.max { charge($0) < charge($1) } ?? primary
      guest = addGuest(facts.observation.instances[largest], source: primary, host: home, alsoOn: others, declared: index, movable: false)
      if doubt != nil, let guest {
        facts.guests[guest].memory = facts.observation.instances[largest].chargedMemoryBytes
        facts.guests[guest].vcpus = facts.observation.instances[largest].vcpus
      }
    }
    facts.declared.append(
      DeclaredFacts(index: index, observed: found, bucket: doubt.map(bucket) ?? .frozen, text: text, guest: guest))
  }

  private func bucket(_ doubt: InDoubt) -> Drift.Bucket { doubt.underWay == nil ? .frozen : .moving }

  private func charge(_ observed: Int) -> Int {
    let instance = facts.observation.instances[observed]
    return instance.power.isActive ? instance.chargedMemoryBytes : -1
  }

  private mutating func warnOfLeftovers(_ index: Int, _ found: [Int], _ primary: Int) {
    let name = input.desired.instances[index].name
    let home = facts.observation.instances[primary].host?.rawValue ?? "no host"
    for observed in found where observed != primary {
      let other = facts.observation.instances[observed].host?.rawValue ?? "no host"
      facts.warnings.append(
        "leftover: instance \(name) runs on \(home) and is also defined, off, on \(other); remove that definition by hand")
    }
  }

  /// No host shows it.
  private mutating func settleUnseen(_ index: Int, uuid: InstanceUUID?) {
    let desired = input.desired.instances[index]
    let memory = uuid.map { lastSeen.byUUID[$0] } ?? lastSeen.byName[desired.name]
    let remembered = memory.map { input.memory.lastSeen[$0] }
    if let seen = remembered?.instance, let source = memory, let doubt = inDoubt[seen.uuid] {
      let hosts = (doubt.hosts + (seen.host.map { [$0] } ?? [])).compactMap { hostIDs[$0] }
      var guest: Int?
      if let home = hosts.first {
        guest = addGuest(
          seen, source: source, remembered: true, host: home, alsoOn: Array(Set(hosts).subtracting([home])).sorted(), declared: index,
          movable: false)
      }
      facts.declared.append(DeclaredFacts(index: index, observed: [], bucket: bucket(doubt), text: doubt.text, guest: guest))
      return
    }
    if let doubt = uuid.flatMap({ inDoubt[$0] }) {
      facts.declared.append(DeclaredFacts(index: index, observed: [], bucket: bucket(doubt), text: doubt.text, guest: nil))
      return
    }
    settleMissing(index, desired, memory, remembered)
  }

  private mutating func settleMissing(_ index: Int, _ desired: DesiredInstance, _ memory: Int?, _ remembered: LastSeen?) {
    if let source = memory, let seen = remembered, let host = seen.instance.host, let id = hostIDs[host], !facts.hosts[id].reachable,
      !facts.hosts[id].decommissioned
    {
      let guest = addGuest(seen.instance, source: source, remembered: true, host: id, declared: index, movable: false)
      let text = "last seen \(seen.at) on \(host), which does not answer"
      facts.declared.append(DeclaredFacts(index: index, observed: [], bucket: .unknown, text: text, guest: guest))
      return
    }
    let silent = facts.hosts.filter { $0.declared != nil && !$0.reachable && $0.emptySince == nil && !$0.decommissioned }.map(
      \.name.rawValue)
    if remembered == nil, let first = silent.first {
      let more = silent.count > 1 ? " or \(silent.count - 1) more that do not answer" : ", which does not answer"
      facts.declared.append(
        DeclaredFacts(
          index: index, observed: [], bucket: .unknown, text: "no host that answers shows it; it may be on \(first)\(more)", guest: nil))
      return
    }
    var text = "no host shows it"
    if let seen = remembered {
      let isGone = seen.instance.host.flatMap { hostIDs[$0] }.map { facts.hosts[$0].decommissioned } ?? false
      text += "; last seen \(seen.at) on \(seen.instance.host?.rawValue ?? "no host")\(isGone ? ", which is decommissioned" : "")"
    }
    if desired.uuid != nil, let other = firstOfName[desired.name] {
      let instance = facts.observation.instances[other]
      text += "; a guest of this name on \(instance.host?.rawValue ?? "no host") has another uuid, \(instance.uuid)"
    }
    facts.declared.append(DeclaredFacts(index: index, observed: [], bucket: .missing, text: text, guest: nil))
  }

  // MARK: - Guests that no manifest names

  mutating func addStrangers() {
    for (observed, instance) in facts.observation.instances.enumerated() where !claimed[observed] {
      guard let host = instance.host, let id = hostIDs[host] else { continue }
      let doubled = firstOfUUID[instance.uuid] != observed || nextOfUUID[observed] >= 0
      let calm =
        !doubled && !instance.busy && inDoubt[instance.uuid] == nil && input.memory.needsHuman[instance.uuid] == nil
        && (input.memory.backOff[instance.uuid].map { $0 <= input.now } ?? true)
      let evacuated = facts.cell.unmanaged == .evacuate && facts.hosts[id].maintenance && facts.hosts[id].reachable
      noteStranger(addGuest(instance, source: observed, host: id, movable: calm && evacuated && instance.power.isActive))
    }
  }

  private mutating func noteStranger(_ guest: Int) {
    if facts.hosts[facts.guests[guest].host].maintenance { facts.strangers.append(guest) }
  }

  /// Guests that no manifest names and that were last seen on a host that does not answer are charged there all the same.
  mutating func addRemembered() {
    let known = Set(facts.guests.lazy.filter(\.remembered).map(\.source))
    for source in lastSeen.byUUID.values.sorted() where !known.contains(source) {
      let instance = input.memory.lastSeen[source].instance
      guard firstOfUUID[instance.uuid] == nil, let host = instance.host, let id = hostIDs[host], !facts.hosts[id].reachable,
        !facts.hosts[id].decommissioned
      else {
        continue
      }
      _ = addGuest(instance, source: source, remembered: true, host: id, movable: false)
    }
  }
}
