import Fleet

/// Start times under the limits of a cell: whenever a slot is free, the ready leg with the longest way to the end takes it.
struct ListScheduler {
  private(set) var starts: [Int]
  private let legs: [Leg]
  private let limits: MigrationLimits
  private var incoming: [Int: Int] = [:]
  private var outgoing: [Int: Int] = [:]
  private var running: [(end: Int, leg: Int)] = []

  init(_ legs: [Leg], _ dependencies: Dependencies, _ limits: MigrationLimits) {
    self.legs = legs
    self.limits = limits
    starts = legs.map { _ in 0 }
    run(dependencies, urgency: Self.urgency(legs, dependencies))
  }

  static func seconds(_ leg: Leg) -> Int { seconds(leg.option) }
  static func seconds(_ option: MoveOption) -> Int { max(1, option.seconds) }

  /// Seconds from the start of each leg to the end of the longest chain that waits for it.
  private static func urgency(_ legs: [Leg], _ dependencies: Dependencies) -> [Int] {
    var urgency = legs.map(seconds)
    for leg in legs.indices.reversed() {
      urgency[leg] += dependencies.users[leg].reduce(0) { max($0, urgency[$1]) }
    }
    return urgency
  }

  private mutating func run(_ dependencies: Dependencies, urgency: [Int]) {
    func isEarlier(_ one: Int, _ other: Int) -> Bool { (-urgency[one], one) < (-urgency[other], other) }
    var waitingFor = dependencies.after.map(\.count)
    var ready = legs.indices.filter { waitingFor[$0] == 0 }.sorted(by: isEarlier)
    var now = 0
    while true {
      var left: [Int] = []
      for (position, leg) in ready.enumerated() {
        if running.count >= max(1, limits.total) {
          left += ready[position...]
          break
        }
        if fits(legs[leg]) { start(leg, at: now) } else { left.append(leg) }
      }
      ready = left
      guard let next = running.min(by: { $0.end < $1.end })?.end else { return }
      now = next
      var freed: [Int] = []
      for ended in running where ended.end == now {
        outgoing[legs[ended.leg].from, default: 0] -= 1
        incoming[legs[ended.leg].to, default: 0] -= 1
        for user in dependencies.users[ended.leg] {
          waitingFor[user] -= 1
          if waitingFor[user] == 0 { freed.append(user) }
        }
      }
      running.removeAll { $0.end == now }
      ready = merged(ready, freed.sorted(by: isEarlier), isEarlier)
    }
  }

  private mutating func start(_ leg: Int, at now: Int) {
    starts[leg] = now
    running.append((now + Self.seconds(legs[leg]), leg))
    outgoing[legs[leg].from, default: 0] += 1
    incoming[legs[leg].to, default: 0] += 1
  }

  private func fits(_ leg: Leg) -> Bool {
    let fromOut = outgoing[leg.from, default: 0]
    let toIn = incoming[leg.to, default: 0]
    return fromOut < max(1, limits.perHostOutgoing) && toIn < max(1, limits.perHostIncoming)
      && fromOut + incoming[leg.from, default: 0] < max(1, limits.perHost) && toIn + outgoing[leg.to, default: 0] < max(1, limits.perHost)
  }

  private func merged(_ one: [Int], _ other: [Int], _ isEarlier: (Int, Int) -> Bool) -> [Int] {
    if other.isEmpty { return one }
    var result: [Int] = []
    result.reserveCapacity(one.count + other.count)
    var (first, second) = (0, 0)
    while first < one.count && second < other.count {
      if isEarlier(other[second], one[first]) {
        result.append(other[second])
        second += 1
      } else {
        result.append(one[first])
        first += 1
      }
    }
    return result + one[first...] + other[second...]
  }
}
