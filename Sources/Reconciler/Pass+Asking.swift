import Fleet
import Hypervisor
import Planning
import StateStore

/// Hypervisors with checks of their own are asked about what was planned; what they refuse, the plan is made again without.
extension Pass {
  /// Drafts of one plan that are asked about; each refusal takes one way out, and a pool that refuses them all is not asked for ever.
  static let draftsMax = 10
  /// How long the questions about one draft may take.
  static let wordDeadline = Deadline(milliseconds: 60_000)
  /// Moves named of those that could not be asked about.
  static let unansweredShownMax = 3

  /// What was asked of a move before: the answer is the same for a later draft.
  private struct Question: Hashable {
    let uuid: InstanceUUID
    let host: HostName
    let mode: MigrationMode
  }

  /// `hypervisors`: nil: nobody is asked, as for a plan from a snapshot.
  func makePlan(_ seen: Observation, _ keeper: StateKeeper?, asking hypervisors: [CellName: any Hypervisor]?) async throws -> Plan {
    var (plan, input) = try await heededPlan(seen, keeper, asking: hypervisors)
    plan.manifestsHash = manifests.contentHash
    let changes = HostChanges.needed(desired, seen, closingCells: closingCells)
    plan.hostChanges = changes.isEmpty ? nil : changes
    let problems = PlanChecker.check(plan, input)
    guard problems.isEmpty else { throw Refusal.planRefusedByChecker(problems) }
    return plan
  }

  /// The plan and what it was made from, the refusals in it.
  func heededPlan(
    _ seen: Observation, _ keeper: StateKeeper?, asking hypervisors: [CellName: any Hypervisor]?
  ) async throws -> (plan: Plan, input: PlanningInput) {
    var input = try await planningInput(seen, keeper)
    var plan = await draft(input)
    guard let hypervisors else { return (plan, input) }
    var asked: Set<Question> = []
    var refusals: [HostRefusal] = []
    var unanswered: [CellName: [String]] = [:]
    for _ in 0..<Self.draftsMax {
      let new = plan.moves.filter { asked.insert(Question(uuid: $0.uuid, host: $0.to, mode: $0.mode)).inserted }
      let words = await words(on: new, hypervisors)
      for (cell, word) in words { unanswered[cell, default: []] += word.unanswered }
      let refused = words.sorted { $0.key < $1.key }.flatMap(\.value.refusals)
      if refused.isEmpty { break }
      refusals += refused
      input.observation = seen.heeding(refusals)
      plan = await draft(input)
    }
    plan.refusals = refusals.isEmpty ? nil : refusals
    plan.warnings += Self.warnings(refusals) + Self.warnings(unanswered)
    return (plan, input)
  }

  private func draft(_ input: PlanningInput) async -> Plan {
    await planner?.plan(input, seed: options.seed) ?? Planning.plan(input, budget: SearchBudget(), seed: options.seed)
  }

  private func words(on moves: [Move], _ hypervisors: [CellName: any Hypervisor]) async -> [CellName: HypervisorsWord] {
    let policies = PolicyIndex(desired)
    return await withTaskGroup(of: (CellName, HypervisorsWord).self) { group in
      for (cell, moves) in Dictionary(grouping: moves, by: \.cell) {
        guard let hypervisor = hypervisors[cell] else { continue }
        let asked = moves.map { (move: $0, policy: policies.policy(uuid: $0.uuid, name: $0.instance, cell: $0.cell)) }
        group.addTask { (cell, await hypervisor.words(on: asked, deadline: Self.wordDeadline)) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  // MARK: telling

  /// One sentence for each instance and reason.
  static func warnings(_ refusals: [HostRefusal]) -> [String] {
    var hosts: [String: [HostName]] = [:]
    var order: [String] = []
    for refusal in refusals {
      let key = "\(refusal.instance)\u{0}\(refusal.text)"
      if hosts[key] == nil { order.append(key) }
      hosts[key, default: []].append(refusal.host)
    }
    return order.map { key in
      let parts = key.split(separator: "\u{0}", maxSplits: 1)
      let places = hosts[key, default: []].map(\.rawValue)
      let shown = places.prefix(unansweredShownMax).joined(separator: ", ")
      let more = places.count > unansweredShownMax ? " and \(places.count - unansweredShownMax) more hosts" : ""
      return "\(parts[0]) is not planned to \(shown)\(more): asked about it, \(parts.last ?? "")"
    }
  }

  private static func warnings(_ unanswered: [CellName: [String]]) -> [String] {
    unanswered.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { cell, moves in
      let shown = moves.prefix(unansweredShownMax).joined(separator: "; ")
      let more = moves.count > unansweredShownMax ? "; and \(moves.count - unansweredShownMax) more" : ""
      return "cell \(cell) could not be asked about these moves before they begin: \(shown)\(more)"
    }
  }
}
