import Fleet

/// What the guests of a cell break where they are.
struct Violations {
  let facts: CellFacts
  let input: PlanningInput
  /// Required rules that are broken, with the guests on the units that break them.
  private(set) var offenders: [Int: Set<Int>] = [:]
  /// Rules that are not kept, required or not.
  private var brokenRules: Set<Int> = []
  private(set) var startCounts: [[Int: Int]] = []

  init(_ facts: CellFacts, _ input: PlanningInput) {
    self.facts = facts
    self.input = input
    for (id, rule) in facts.rules.enumerated() {
      let counts = rule.counts({ facts.guests[$0].host }, alsoOn: { facts.guests[$0].alsoOn })
      startCounts.append(counts)
      guard rule.excess(counts) > 0 else { continue }
      brokenRules.insert(id)
      if rule.required { offenders[id] = Set(members(of: rule, on: rule.offendingUnits(counts))) }
    }
  }

  private func members(of rule: RuleFacts, on units: Set<Int>) -> [Int] {
    rule.members.filter { member in rule.unit(ofHost: facts.guests[member].host).map(units.contains) ?? false }
  }

  /// Instances whose state is in question break nothing we may mend, so they have no violations.
  func of(_ declared: DeclaredFacts) -> [Drift.Violation] {
    guard declared.bucket == .inSync, let id = declared.guest else { return [] }
    let guest = facts.guests[id]
    var found: [Drift.Violation] = []
    if let violation = maintenance(guest) { found.append(violation) }
    if let violation = misplacement(id, declared) { found.append(violation) }
    for rule in facts.rulesOfGuest[id] ?? [] where offenders[rule]?.contains(id) == true { found.append(broken(rule)) }
    return found
  }

  /// The rules that select an instance and are not kept now, whoever of their members stands in the wrong place.
  func brokenRules(of declared: DeclaredFacts) -> [Drift.Violation] {
    guard let id = declared.guest else { return [] }
    return (facts.rulesOfGuest[id] ?? []).filter(brokenRules.contains).map(broken)
  }

  /// The first required rule that another host would break, or break worse, for the instance, the others standing where they do.
  func rule(against host: Int, for id: Int) -> Drift.Violation? {
    for rule in facts.rulesOfGuest[id] ?? [] where facts.rules[rule].required {
      let counts = facts.rules[rule].counts(
        { $0 == id ? host : facts.guests[$0].host }, alsoOn: { $0 == id ? [] : facts.guests[$0].alsoOn })
      guard facts.rules[rule].excess(counts) > facts.rules[rule].excess(startCounts[rule]) else { continue }
      let desired = input.desired.rules[facts.rules[rule].index]
      return Drift.Violation(
        kind: .rule, text: "rule \(desired.name) forbids it as the others stand: \(facts.rules[rule].words(counts))",
        location: desired.location)
    }
    return nil
  }

  /// A guest that stands on a host to be emptied and that we can reach.
  func isOnMaintenance(_ guest: GuestFacts) -> Bool { facts.hosts[guest.host].maintenance && facts.hosts[guest.host].reachable }

  func isMisplaced(_ guest: GuestFacts) -> Bool {
    let placement = facts.placements[guest.placement]
    // On a host in maintenance among its own: that violation says it all.
    if isOnMaintenance(guest) && placement.home.contains(guest.host) { return false }
    return !placement.allowed.contains(guest.host)
  }

  private func maintenance(_ guest: GuestFacts) -> Drift.Violation? {
    guard isOnMaintenance(guest), let index = facts.hosts[guest.host].declared else { return nil }
    let host = input.desired.hosts[index]
    let why = host.maintenance?.reason.map { " (\($0))" } ?? ""
    return Drift.Violation(
      kind: .maintenance, text: "host \(host.name) is in maintenance\(why)", location: host.maintenance?.location ?? host.location)
  }

  private func misplacement(_ id: Int, _ declared: DeclaredFacts) -> Drift.Violation? {
    let guest = facts.guests[id]
    guard isMisplaced(guest) else { return nil }
    let desired = input.desired.instances[declared.index]
    let here = facts.hosts[guest.host].name
    let uuid = facts.observation(of: guest, input).uuid
    if case .host(let home) = desired.placement, input.memory.displacedFrom[uuid] == home {
      return Drift.Violation(
        kind: .return, text: "maintenance displaced it from \(home) to \(here); it comes back", location: desired.placementLocation)
    }
    return Drift.Violation(
      kind: .placement, text: "belongs on \(desired.placement.words), is on \(here)", location: desired.placementLocation)
  }

  private func broken(_ rule: Int) -> Drift.Violation {
    let desired = input.desired.rules[facts.rules[rule].index]
    return Drift.Violation(
      kind: .rule, text: "rule \(desired.name): \(facts.rules[rule].words(startCounts[rule]))", location: desired.location)
  }
}

extension DesiredPlacement {
  /// The hosts it names, for people.
  var words: String {
    switch self {
    case .anywhere: "any host"
    case .host(let host): host.rawValue
    case .anyOf(let hosts): hosts.map(\.rawValue).joined(separator: " or ")
    case .hosts(let labels): "hosts labelled " + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }
  }
}

extension RuleFacts {
  /// Units with more members than the rule lets them have, as `counts` stands.
  func offendingUnits(_ counts: [Int: Int]) -> Set<Int> {
    switch kind {
    case .separate(let maximum): return Set(counts.filter { $0.value > maximum }.keys)
    case .together:
      let fullest = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
      return Set(counts.keys.filter { $0 != fullest })
    case .spread(let maxSkew):
      let low = usableUnits.map { counts[$0, default: 0] }.min() ?? 0
      return Set(usableUnits.filter { counts[$0, default: 0] > low + maxSkew })
    }
  }

  /// What is wrong with `counts`, for people.
  func words(_ counts: [Int: Int]) -> String {
    func name(_ unit: Int) -> String { unit < unitNames.count ? unitNames[unit] : "a host without the label" }
    switch kind {
    case .separate(let maximum):
      let over = counts.filter { $0.value > maximum }.sorted { $0.key < $1.key }
      return over.map { "\($0.value) on \(name($0.key))" }.joined(separator: ", ") + ", at most \(maximum) allowed"
    case .together:
      let used = counts.filter { $0.value > 0 }.keys.sorted().map(name)
      return "its instances belong together and are on \(used.joined(separator: ", "))"
    case .spread(let maxSkew):
      let used = usableUnits.map { "\(counts[$0, default: 0]) on \(name($0))" }
      let shown = used.count > 6 ? used.prefix(6) + ["…"] : used[...]
      return shown.joined(separator: ", ") + ", at most \(maxSkew) apart allowed"
    }
  }
}
