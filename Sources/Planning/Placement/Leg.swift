import Fleet

/// One migration in the order of a solution: a guest from one host of its cell to another.
struct Leg: Equatable {
  /// Index in `CellFacts.guests`.
  var guest: Int
  /// Indices in `CellFacts.hosts`.
  var from: Int
  var to: Int
  var option: MoveOption
}

/// What the legality of a leg depends on beside room, rules and placement.
struct LegFinder {
  let facts: CellFacts
  let input: PlanningInput
  private let policies: PolicyTable

  init(_ facts: CellFacts, _ input: PlanningInput, policies: PolicyTable) {
    self.facts = facts
    self.input = input
    self.policies = policies
  }

  /// The first leg of a guest: from where it stands.
  func option(_ guest: Int, to host: Int) -> Result<MoveOption, MoveRefusal> {
    let guest = facts.guests[guest]
    guard let from = observation(ofHost: guest.host), let to = observation(ofHost: host) else {
      return .failure(MoveRefusal(reason: .noMode, text: "host \(facts.hosts[host].name) was not observed", hint: "make it answer"))
    }
    return MoveFeasibility.option(for: facts.observation(of: guest, input), from: from, to: to, terms: terms(guest))
  }

  /// A later leg: from `middle`, where the guest came without copying a disk; nil if there is none that copies nothing.
  func onward(_ guest: Int, via middle: Int, to host: Int) -> MoveOption? {
    let guest = facts.guests[guest]
    guard let start = observation(ofHost: guest.host), let from = observation(ofHost: middle), let to = observation(ofHost: host),
      let there = MoveFeasibility.relocated(facts.observation(of: guest, input), from: start, to: from),
      case .success(let option) = MoveFeasibility.option(for: there, from: from, to: to, terms: terms(guest)), !option.copies
    else { return nil }
    return option
  }

  func observation(ofHost host: Int) -> HostObservation? { facts.hosts[host].observed.map { facts.observation.hosts[$0] } }

  func terms(_ guest: GuestFacts) -> MoveTerms {
    let declared = guest.declared.map { input.desired.instances[$0] }
    return MoveTerms(declared: declared, policy: policies.policy(declared?.policy ?? facts.cell.migrationPolicy), cell: facts.cell)
  }
}

/// Migration policies by name.
struct PolicyTable {
  private let byName: [PolicyName: MigrationPolicy]

  init(_ desired: DesiredFleet) {
    byName = Dictionary(desired.policies.map { ($0.name, $0.policy) }, uniquingKeysWith: { first, _ in first })
  }

  func policy(_ name: PolicyName?) -> MigrationPolicy { name.flatMap { byName[$0] } ?? MigrationPolicy() }
}
