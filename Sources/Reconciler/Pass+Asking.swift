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
  static let unreadableShownMax = 20

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
    plan.warnings += Self.warnings(unreadable: seen)
    let changes = HostChanges.needed(desired, seen, closingCells: closingCells)
    plan.hostChanges = changes.isEmpty ? nil : changes
    let problems = PlanChecker.check(plan, input)
    guard problems.isEmpty else { throw Refusal.planRefusedByChecker(problems) }
    return await withFailureSaved(plan, seen, keeper)
  }

  /// The plan and what it was made from, the refusals in it.
  func heededPlan(
    _ seen: Observation, _ keeper: StateKeeper?, asking hypervisors: [CellName: any Hypervisor]?
  ) async throws -> (plan: Plan, input: PlanningInput) {
    var input = try await planningInput(seen, keeper)
    let avoidance = Avoidance(input.memory.failedPairs ?? [], input.observation, now: input.now)
    let unasked = input.observation
    var talk = Talk()
    var avoided = avoidance.all
    input.observation = unasked.heeding(avoided)
    var plan = try await asked(&input, unasked, avoided, &talk, hypervisors)
    // Whatever is blocked: the room, or the rule, may hang on any of those that were kept from a host.
    let moved = Set(plan.moves.map(\.uuid))
    let stuck = plan.blocked.isEmpty ? [] : Set(avoided.map(\.uuid)).subtracting(moved)
    let remaining = avoidance.remaining(for: stuck, now: input.now)
    let waiting = avoidance.waiting(Self.named(in: plan.blocked, unasked), now: input.now)
    if remaining.count < avoided.count || !waiting.isEmpty {
      avoided = remaining
      for (uuid, wait) in waiting {
        input.memory.backOff[uuid] = wait.until
        if let failing = wait.failing { input.memory.failing[uuid] = failing }
      }
      input.observation = unasked.heeding(avoided)
      plan = try await asked(&input, unasked, avoided, &talk, hypervisors)
    }
    plan.refusals = talk.refusals.isEmpty ? nil : talk.refusals
    let concerned = Set(plan.moves.map(\.uuid)).union(stuck)
    plan.warnings += Self.warnings(talk.refusals) + Self.warnings(talk.unanswered) + Avoidance.warnings(avoided, of: concerned)
    return (plan, input)
  }

  /// The instances that blocked items name.
  private static func named(in blocked: [BlockedItem], _ seen: Observation) -> Set<InstanceUUID> {
    let names = Dictionary(grouping: blocked, by: \.cell).mapValues { Set($0.compactMap(\.instance)) }
    return Set(seen.cells.flatMap { cell in cell.instances.filter { names[cell.name]?.contains($0.name) == true }.map(\.uuid) })
  }

  /// What was asked about drafts of one plan, and answered.
  private struct Talk {
    var asked: Set<Question> = []
    var refusals: [HostRefusal] = []
    var unanswered: [CellName: [String]] = [:]
  }

  /// Drafts until nobody who is asked refuses anything of it.
  private func asked(
    _ input: inout PlanningInput, _ unasked: Observation, _ avoided: [HostRefusal], _ talk: inout Talk,
    _ hypervisors: [CellName: any Hypervisor]?
  ) async throws -> Plan {
    input.observation = unasked.heeding(avoided + talk.refusals)
    var plan = await draft(input)
    guard let hypervisors else { return plan }
    for _ in 0..<Self.draftsMax {
      var new: [Move] = []
      for move in plan.moves where talk.asked.insert(Question(uuid: move.uuid, host: move.to, mode: move.mode)).inserted {
        new.append(move)
      }
      let words = await words(on: new, hypervisors)
      for (cell, word) in words { talk.unanswered[cell, default: []] += word.unanswered }
      let refused = words.sorted { $0.key < $1.key }.flatMap(\.value.refusals)
      if refused.isEmpty { break }
      talk.refusals += refused
      input.observation = unasked.heeding(avoided + talk.refusals)
      plan = await draft(input)
    }
    return plan
  }

  private func draft(_ input: PlanningInput) async -> Plan {
    CrashNote.doing("planning")
    return await planner?.plan(input, seed: options.seed) ?? Planning.plan(input, budget: SearchBudget(), seed: options.seed)
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

  private static func warnings(unreadable seen: Observation) -> [String] {
    let found = seen.cells.flatMap { cell in
      cell.instances.compactMap { guest in
        guest.unreadable.map { "\(guest.name)\(guest.host.map { " on \($0)" } ?? "") in cell \(cell.name) is not moved: \($0)" }
      }
    }
    guard found.count > unreadableShownMax else { return found }
    return found.prefix(unreadableShownMax) + ["and \(found.count - unreadableShownMax) more guests of which too little is known"]
  }

  private static func warnings(_ unanswered: [CellName: [String]]) -> [String] {
    unanswered.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { cell, moves in
      let shown = moves.prefix(unansweredShownMax).joined(separator: "; ")
      let more = moves.count > unansweredShownMax ? "; and \(moves.count - unansweredShownMax) more" : ""
      return "cell \(cell) could not be asked about these moves before they begin: \(shown)\(more)"
    }
  }
}
