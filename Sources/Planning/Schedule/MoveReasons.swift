import Fleet

/// Why each leg of a solution is in the plan, in words.
struct MoveReasons {
  let facts: CellFacts
  let input: PlanningInput
  let violations: Violations
  let legs: [Leg]
  /// Leg → legs that wait for it.
  let users: [[Int]]
  private let lastOfGuest: [Int: Int]
  private let declaredOfGuest: [Int: DeclaredFacts]

  init(_ facts: CellFacts, _ input: PlanningInput, _ violations: Violations, _ legs: [Leg], users: [[Int]]) {
    self.facts = facts
    self.input = input
    self.violations = violations
    self.legs = legs
    self.users = users
    lastOfGuest = Dictionary(legs.enumerated().map { ($1.guest, $0) }, uniquingKeysWith: { $1 })
    declaredOfGuest = Dictionary(
      facts.declared.compactMap { declared in declared.guest.map { ($0, declared) } }, uniquingKeysWith: { first, _ in first })
  }

  func isHop(_ leg: Int) -> Bool { lastOfGuest[legs[leg].guest] != leg }

  func reason(_ index: Int) -> MoveReason {
    let leg = legs[index]
    let last = lastOfGuest[leg.guest] ?? index
    let primary = primaryReason(leg.guest, end: legs[last].to, last)
    guard last != index else { return primary }
    let there = facts.hosts[leg.to].name
    let goal = facts.hosts[legs[last].to].name
    return MoveReason(
      kind: .hop, text: "stops on \(there) on its way to \(goal), to let others pass; \(primary.text)", manifest: primary.manifest)
  }

  private func primaryReason(_ guest: Int, end: Int, _ leg: Int) -> MoveReason {
    let start = facts.guests[guest].host
    if start == end {
      return MoveReason(kind: .makeRoom, text: "goes back to \(facts.hosts[end].name) after it made room there", manifest: nil)
    }
    if let first = broken(guest).first {
      return MoveReason(kind: first.kind, text: first.text + displacement(guest, end), manifest: first.location?.pathAndLine)
    }
    for rule in facts.rulesOfGuest[guest] ?? [] where violations.offenders[rule] != nil {
      guard case .together = facts.rules[rule].kind else { continue }
      let desired = input.desired.rules[facts.rules[rule].index]
      let text = "rule \(desired.name): \(facts.rules[rule].words(violations.startCounts[rule]))"
      return MoveReason(kind: .rule, text: text, manifest: desired.location.pathAndLine)
    }
    let host = facts.hosts[start]
    if host.relieve && host.isMeasured && host.isOver && !host.maintenance, let index = host.declared {
      let text = "host \(host.name) is over its capacity"
      return MoveReason(kind: .overload, text: text, manifest: input.desired.hosts[index].location.pathAndLine)
    }
    return madeRoom(leg, on: start)
  }

  private func broken(_ guest: Int) -> [Drift.Violation] {
    if let declared = declaredOfGuest[guest] { return violations.of(declared) }
    let stranger = DeclaredFacts(index: -1, observed: [], bucket: .inSync, text: "", guest: guest)
    return violations.isOnMaintenance(facts.guests[guest]) ? violations.of(stranger) : []
  }

  private func displacement(_ guest: Int, _ end: Int) -> String {
    let placement = facts.placements[facts.guests[guest].placement]
    return placement.displaced && !placement.home.contains(end) ? "; displaced until that ends" : ""
  }

  private func madeRoom(_ leg: Int, on host: Int) -> MoveReason {
    let comers = users[leg].filter { legs[$0].guest != legs[leg].guest }
    let direct =
      comers.first { legs[$0].to == host } ?? comers.first
      ?? legs.indices.first { legs[$0].to == host && legs[$0].guest != legs[leg].guest }
    let whom = direct.map { " for \(facts.name(of: facts.guests[legs[$0].guest], input))" } ?? ""
    let manifest = direct.flatMap { broken(legs[$0].guest).first?.location?.pathAndLine }
    return MoveReason(kind: .makeRoom, text: "makes room on \(facts.hosts[host].name)\(whom)", manifest: manifest)
  }
}
