import Fleet
import Planning
import Testing

/// The searches and the independent checker mean the same by `hold: always`: all pairs of moves of three members over three units.
@Suite struct AlwaysHoldTests {
  private static let hosts: [HostName] = ["hv1", "hv2", "hv3"]
  private static let rules: [(PlacementRule.Kind, ItemGroup.Kind)] = [
    (.separate(maximum: 1), .separate(max: 1)), (.separate(maximum: 2), .separate(max: 2)), (.together, .together),
    (.spread(maxSkew: 1), .spread(maxSkew: 1)), (.spread(maxSkew: 2), .spread(maxSkew: 2)),
  ]

  private struct Step {
    var guest: Int
    var to: Int
  }

  @Test(arguments: 0..<5) func searchAndCheckerAgree(rule: Int) {
    var compared = 0
    for code in 0..<27 {
      let start = [code % 3, code / 3 % 3, code / 9]
      let fleet = fleet(start, Self.rules[rule].0)
      let input = fleet.input
      for first in steps(start) {
        let between = moved(start, first)
        for second in steps(between) {
          let allowed = allows(Self.rules[rule].1, start, start, first) && allows(Self.rules[rule].1, start, between, second)
          let objections = PlanChecker.check(plan(input, start, [first, second]), input).filter { $0.contains("holds always") }
          #expect(objections.isEmpty == allowed, "rule \(rule), start \(start), \(first), \(second): \(objections)")
          compared += 1
        }
      }
    }
    #expect(compared == 27 * 36)
  }

  private func steps(_ state: [Int]) -> [Step] {
    state.indices.flatMap { guest in (0..<3).filter { $0 != state[guest] }.map { Step(guest: guest, to: $0) } }
  }

  private func moved(_ state: [Int], _ step: Step) -> [Int] {
    var state = state
    state[step.guest] = step.to
    return state
  }

  private func allows(_ kind: ItemGroup.Kind, _ start: [Int], _ state: [Int], _ step: Step) -> Bool {
    func count(_ unit: Int, _ state: [Int]) -> Int { state.count { $0 == unit } }
    let counts = (0..<3).map { count($0, start) }
    let excess =
      switch kind {
      case .separate(let max): counts.reduce(0) { $0 + Swift.max(0, $1 - max) }
      case .together: counts.count { $0 > 0 } - 1
      case .spread(let skew): max(0, (counts.max() ?? 0) - (counts.min() ?? 0) - skew)
      }
    return AlwaysHold.allows(
      kind, from: state[step.guest], to: step.to, units: 0..<3, count: { count($0, state) }, start: { counts[$0] }, excessMax: excess)
  }

  private func fleet(_ start: [Int], _ kind: PlacementRule.Kind) -> TinyFleet {
    var fleet = TinyFleet(hosts: 3)
    for (index, host) in start.enumerated() { fleet.add(InstanceName("g\(index)"), on: Self.hosts[host], labels: ["app": "x"]) }
    fleet.desired.rules = [
      PlacementRule(
        name: "rule", kind: kind, selector: ["app": "x"], across: .host, enforcement: .required, hold: .always, location: somewhere)
    ]
    return fleet
  }

  /// The moves one after the other, whatever they are good for.
  private func plan(_ input: PlanningInput, _ start: [Int], _ steps: [Step]) -> Plan {
    var made = Planning.plan(input)
    var state = start
    made.moves = steps.enumerated().map { index, step in
      defer { state[step.guest] = step.to }
      return Move(
        id: "m\(index + 1)", instance: InstanceName("g\(step.guest)"), uuid: InstanceUUID("uuid-g\(step.guest)"), cell: "east",
        from: Self.hosts[state[step.guest]], to: Self.hosts[step.to], mode: .live, storage: .shared,
        disks: [DiskMove(target: "vda", action: .share, toPool: nil, bytes: 0)], reason: MoveReason(kind: .rule, text: "", manifest: nil),
        start: 10 * index, end: 10 * index + 10, bytes: 0, cost: 104)
    }
    return made
  }
}
