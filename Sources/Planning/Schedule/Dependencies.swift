import Fleet

/// Which legs must have ended before each one starts, so that any timing that heeds them is safe.
///
/// Every leg takes the room it needs at its destination from named givers: what was free at the start, then what earlier legs of the order
/// leave behind (a resource flow; Artigues, Michelon, Reusser 2003). Memory, vCPUs and the places of a `separate` rule that holds
/// always are flows. A guest counts on both hosts until its leg ends, and no room is promised twice, so whatever runs late or early,
/// what is on a host never exceeds what the flows gave it. Rules that are no sum (`together`, `spread`) and hold always keep the order of
/// the legs instead.
struct Dependencies {
  /// Leg → the legs that must have ended; sorted.
  private(set) var after: [[Int]]
  /// Leg → legs that use the room it leaves.
  private(set) var users: [[Int]]

  private enum Place: Hashable {
    case memory(host: Int)
    case vcpus(host: Int)
    case unit(rule: Int, unit: Int)
  }

  /// Room of one kind at one place.
  private struct Room {
    /// Free at the start and not yet promised.
    var free: Int
    /// By how much the place is over its capacity; what leaves first only mends that.
    var deficit: Int
    var mending: [Int] = []
    var givers: [(leg: Int, amount: Int)] = []
    var nextGiver = 0

    init(capacity: Int, used: Int) {
      free = max(0, capacity - used)
      deficit = max(0, used - capacity)
    }
  }

  private var rooms: [Place: Room] = [:]

  init(_ legs: [Leg], _ facts: CellFacts, _ startCounts: [[Int: Int]]) {
    after = legs.map { _ in [] }
    users = after
    var lastOfGuest: [Int: Int] = [:]
    var lastOfRule: [Int: Int] = [:]
    for (index, leg) in legs.enumerated() {
      var needs = Set<Int>()
      if let earlier = lastOfGuest.updateValue(index, forKey: leg.guest) { needs.insert(earlier) }
      let guest = facts.guests[leg.guest]
      let host = facts.hosts[leg.to]
      take(guest.memory, .memory(host: leg.to), Room(capacity: host.memoryCapacity, used: host.memory), &needs)
      take(guest.vcpus, .vcpus(host: leg.to), Room(capacity: host.vcpuCapacity, used: host.vcpus), &needs)
      let source = facts.hosts[leg.from]
      give(guest.memory, .memory(host: leg.from), Room(capacity: source.memoryCapacity, used: source.memory), index)
      give(guest.vcpus, .vcpus(host: leg.from), Room(capacity: source.vcpuCapacity, used: source.vcpus), index)
      for id in facts.rulesOfGuest[leg.guest] ?? [] where facts.rules[id].always {
        keep(facts.rules[id], id, leg, index, startCounts[id], &needs, &lastOfRule)
      }
      after[index] = needs.sorted()
      for need in needs { users[need].append(index) }
    }
  }

  private mutating func keep(
    _ rule: RuleFacts, _ id: Int, _ leg: Leg, _ index: Int, _ start: [Int: Int], _ needs: inout Set<Int>, _ lastOfRule: inout [Int: Int]
  ) {
    let from = rule.unit(ofHost: leg.from)
    let to = rule.unit(ofHost: leg.to)
    guard from != to else { return }
    guard case .separate(let maximum) = rule.kind else {
      if let earlier = lastOfRule.updateValue(index, forKey: id) { needs.insert(earlier) }
      return
    }
    func room(_ unit: Int) -> Room { Room(capacity: max(maximum, start[unit, default: 0]), used: start[unit, default: 0]) }
    if let to { take(1, .unit(rule: id, unit: to), room(to), &needs) }
    if let from { give(1, .unit(rule: id, unit: from), room(from), index) }
  }

  private mutating func take(_ amount: Int, _ place: Place, _ initial: @autoclosure () -> Room, _ needs: inout Set<Int>) {
    var room = rooms.removeValue(forKey: place) ?? initial()
    precondition(room.deficit == 0, "a leg goes where there is no room")
    needs.formUnion(room.mending)
    let fromFree = min(room.free, amount)
    room.free -= fromFree
    var lacking = amount - fromFree
    while lacking > 0 {
      precondition(room.nextGiver < room.givers.count, "a leg goes where there is no room")
      let taken = min(lacking, room.givers[room.nextGiver].amount)
      needs.insert(room.givers[room.nextGiver].leg)
      room.givers[room.nextGiver].amount -= taken
      lacking -= taken
      if room.givers[room.nextGiver].amount == 0 { room.nextGiver += 1 }
    }
    rooms[place] = room
  }

  private mutating func give(_ amount: Int, _ place: Place, _ initial: @autoclosure () -> Room, _ leg: Int) {
    guard amount > 0 else { return }
    var room = rooms.removeValue(forKey: place) ?? initial()
    let mended = min(room.deficit, amount)
    if mended > 0 {
      room.deficit -= mended
      room.mending.append(leg)
    }
    if amount > mended { room.givers.append((leg, amount - mended)) }
    rooms[place] = room
  }
}
