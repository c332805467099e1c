package import Fleet

/// How the observed fleet differs from the declared one: every declared instance in exactly one bucket.
package struct Drift: Sendable, Equatable {
  /// Where an instance stands; only `inSync` and `violating` ones may be moved.
  package enum Bucket: String, Sendable, CaseIterable {
    case inSync
    /// It is somewhere its manifest, a required rule or a maintenance flag does not want it.
    case violating
    /// No host shows it.
    case missing
    /// Its host does not answer.
    case unknown
    /// Two uuids carry its name.
    case ambiguous
    /// It looks doubled, an intent on it is in doubt, or a human must look at it.
    case frozen
    /// Another run of ours, which is alive, moves it.
    case moving
    /// Someone else's job or mark is on it.
    case busy
    case backingOff
  }

  /// One declared thing that an instance breaks where it is.
  package struct Violation: Sendable, Equatable {
    package var kind: MoveReason.Kind
    package var text: String
    /// What declares it.
    package var location: SourceLocation?
  }

  /// A declared instance, what was seen of it and how the two differ.
  package struct Item: Sendable, Equatable {
    package var instance: DesiredInstance
    /// One for each host that shows it.
    package var observations: [InstanceObservation]
    package var bucket: Bucket
    /// Why it is in that bucket; empty for `inSync` and `violating`.
    package var text: String
    package var violations: [Violation]
    /// The rules that select it and are not kept now, required or not; nil: where it is nobody knows.
    package var brokenRules: [Violation]?
  }

  /// In the order of the manifests.
  package var items: [Item]
  package var warnings: [String]
  /// Guests that no manifest names; nil: none was seen.
  package var unmanaged: GuestsInNoManifest?

  /// Compares what is declared with what was seen; nothing is planned.
  package static func of(_ input: PlanningInput) -> Drift {
    var items: [(index: Int, item: Item)] = []
    var warnings: [String] = []
    var unmanaged: [InstanceName] = []
    for facts in FleetFacts(input).cells {
      let violations = Violations(facts, input)
      warnings += facts.warnings
      unmanaged += facts.unmanaged
      for declared in facts.declared {
        let found = violations.of(declared)
        let bucket = declared.bucket == .inSync && !found.isEmpty ? Bucket.violating : declared.bucket
        items.append(
          (
            declared.index,
            Item(
              instance: input.desired.instances[declared.index], observations: declared.observed.map { facts.observation.instances[$0] },
              bucket: bucket, text: declared.text, violations: found,
              brokenRules: declared.guest == nil ? nil : violations.brokenRules(of: declared))
          ))
      }
    }
    items.sort { $0.index < $1.index }
    return Drift(items: items.map(\.item), warnings: warnings, unmanaged: GuestsInNoManifest(unmanaged))
  }
}

extension Drift {
  /// Hosts that a required rule keeps an instance from as the others stand, and which rule.
  package static func ruledOut(_ instance: DesiredInstance, _ input: PlanningInput) -> [HostName: Violation] {
    let all = FleetFacts(input).cells
    guard let facts = all.first(where: { $0.cell.name == instance.cell }),
      let id = facts.declared.first(where: { input.desired.instances[$0.index].name == instance.name })?.guest,
      facts.rulesOfGuest[id] != nil
    else { return [:] }
    let violations = Violations(facts, input)
    var found: [HostName: Violation] = [:]
    for (host, seen) in facts.hosts.enumerated() where host != facts.guests[id].host {
      found[seen.name] = violations.rule(against: host, for: id)
    }
    return found
  }
}

/// All cells in dense form.
struct FleetFacts {
  let cells: [CellFacts]

  init(_ input: PlanningInput) {
    let parts = FleetParts(input)
    let observations = Dictionary(input.observation.cells.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    cells = input.desired.cells.map { CellFactsBuilder(input, cell: $0, observation: observations[$0.name], parts: parts).facts }
  }
}
