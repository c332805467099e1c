import Fleet

/// Phrases that the text and the Markdown of a plan share.
enum PlanWords {
  static func words(_ change: HostChange) -> String {
    let manifest = change.manifest.map { " (\($0))" } ?? ""
    return "\(change.action == .close ? "closed to new guests before anything moves" : "opened again") - \(change.text)\(manifest)"
  }

  /// `9 moves (8 live, 1 cold = 1 reboot), about 2 min, 96 GiB over the network`.
  static func summary(_ plan: Plan) -> String {
    guard !plan.moves.isEmpty else { return "no moves" }
    var text = CountFormat.text(plan.moves.count, "move") + modes(plan)
    text += ", about " + DurationFormat.estimate(seconds: plan.moves.map(\.end).max() ?? 0)
    let bytes = plan.moves.reduce(0) { sum, move in sum.addingReportingOverflow(move.bytes).overflow ? Int.max : sum + move.bytes }
    return bytes > 0 ? text + ", \(ByteFormat.text(bytes)) over the network" : text
  }

  private static func modes(_ plan: Plan) -> String {
    let counts = Dictionary(plan.moves.map { ($0.mode, 1) }, uniquingKeysWith: +)
    let parts = MigrationMode.allCases.compactMap { mode in
      counts[mode].map { count in
        "\(CountFormat.number(count)) \(mode.rawValue)" + (mode == .cold ? " = \(CountFormat.text(count, "reboot"))" : "")
      }
    }
    return " (\(parts.joined(separator: ", ")))"
  }

  /// What a plan that is carried out in part leaves out.
  static func part(_ rest: PlanRest) -> String {
    let counted = [
      (rest.moves, CountFormat.text(rest.moves, "move")), (rest.hostChanges, CountFormat.text(rest.hostChanges, "change") + " of hosts"),
      (rest.blocked, "\(CountFormat.number(rest.blocked)) blocked"), (rest.notInSync, "\(CountFormat.number(rest.notInSync)) in question"),
    ]
    let left = counted.filter { $0.0 > 0 }.map(\.1)
    let outside = left.isEmpty ? "nothing is outside of it" : "outside of it and left as it is: \(left.joined(separator: ", "))"
    return "Only \(rest.scope.words); \(outside)."
  }

  /// How good the plan is, in a sentence.
  static func proof(_ plan: Plan) -> String {
    let proof = plan.proof
    if plan.objective == .cost && proof.moves > 0 { return proofOfCost(proof, cost: plan.moves.reduce(0) { $0 + $1.cost }) }
    let (moves, bound) = (proof.moves, proof.lowerBound)
    switch proof.status {
    case .minimal where moves == 0: return "no move can mend more than this"
    case .minimal: return "fewer than \(CountFormat.text(moves, "move")) cannot do it"
    case .bounded where moves == bound: return "at least \(CountFormat.text(bound, "move")) are needed, and the plan has no more"
    case .bounded:
      return "at least \(CountFormat.text(bound, "move")) \(bound == 1 ? "is" : "are") needed; the plan has \(CountFormat.number(moves)), "
        + "at most \(CountFormat.number(moves - bound)) too many"
    case .none:
      return "at least \(CountFormat.text(bound, "move")) \(bound == 1 ? "is" : "are") needed; "
        + "whether \(CountFormat.number(moves)) is the fewest is not proved"
    }
  }

  /// Nothing moves, and of each blocked item it is told why nothing could: by the facts alone, or with a proof of its own.
  static func isEachBlockProved(_ plan: Plan) -> Bool {
    guard plan.moves.isEmpty, !plan.blocked.isEmpty else { return false }
    return plan.blocked.allSatisfy { item in
      switch item.reason {
      case .noMode, .needsConsent, .tooLarge, .noHost, .requiredOnMaintenance, .unmanaged, .unreachable, .hostLeftManifests,
        .crashedDuringMigration, .lost, .hostNotChanged:
        true
      case .noCapacity, .rule, .deadlock, .overCapacity: item.text.contains("proved: ")
      case .tooManyMoves, .keepsFailing, .planningFailed: false
      }
    }
  }

  private static func proofOfCost(_ proof: PlanProof, cost: Int) -> String {
    let (has, bound) = (CountFormat.number(cost), CountFormat.number(proof.lowerBound))
    switch proof.status {
    case .minimal: return "a cost of less than \(has) cannot do it"
    case .bounded: return "a cost of at least \(bound) is needed; the plan has \(has)"
    case .none: return "whether a cost of \(has) is the least is not proved"
    }
  }

  /// How good the order is, in a sentence.
  static func time(_ makespan: Makespan) -> String {
    let text = "about \(DurationFormat.estimate(seconds: makespan.seconds))"
    if makespan.seconds <= makespan.atLeastSeconds { return text + ", and no order of these moves takes less" }
    return text + "; no order of these moves takes less than \(DurationFormat.text(seconds: makespan.atLeastSeconds))"
  }

  /// Cells whose proof is worth a line.
  static func tellingCells(_ proof: PlanProof) -> [CellProof] { proof.cells.filter { $0.moves > 0 || $0.status != .minimal } }

  static func reason(_ move: Move) -> String {
    let after = move.after.isEmpty ? "" : "; after \(CountFormat.list(move.after, limit: 8))"
    return move.reason.text + (move.reason.manifest.map { " (\($0))" } ?? "") + after
  }

  static func starts(_ move: Move) -> String { move.start == 0 ? "at once" : "+" + DurationFormat.text(seconds: move.start) }
  static func empties(_ host: EmptiedHost) -> String { "EMPTY at +" + DurationFormat.estimate(seconds: host.seconds) }
  static func takes(_ move: Move) -> String { DurationFormat.text(seconds: max(0, move.end - move.start)) }

  /// What a blocked item is about: `db-1 on hv3`, `host hv9`, `rule web-apart`, `cell east`.
  static func subject(_ item: BlockedItem) -> String {
    if let instance = item.instance { return "\(instance)" + (item.host.map { " on \($0)" } ?? "") }
    if let rule = item.rule { return "rule \(rule)" }
    if let host = item.host { return "host \(host)" }
    return item.cell.map { "cell \($0)" } ?? "fleet"
  }

  static func words(_ reason: BlockedItem.Reason) -> String {
    switch reason {
    case .noMode: "no way to move it"
    case .needsConsent: "needs consent to a reboot"
    case .noCapacity: "no room"
    case .tooLarge: "too large"
    case .noHost: "no host it may use"
    case .requiredOnMaintenance: "required on a host in maintenance"
    case .unmanaged: "not in the manifests"
    case .rule: "cannot be kept"
    case .deadlock: "no order of moves"
    case .tooManyMoves: "too many moves"
    case .hostLeftManifests: "left the manifests"
    case .overCapacity: "over capacity"
    case .keepsFailing: "keeps failing"
    case .planningFailed: "PLANNING FAILED"
    case .crashedDuringMigration: "CRASHED DURING MIGRATION"
    case .lost: "LOST"
    case .unreachable: "does not answer"
    case .hostNotChanged: "cannot be closed or opened"
    }
  }

  struct Doubt {
    var name: String
    var instances: [InstanceName]
    var meaning: String
  }

  /// The lists of instances in question that are not empty.
  static func doubts(_ list: NotInSync) -> [Doubt] {
    func it(_ names: [InstanceName]) -> String { names.count == 1 ? "it" : "them" }
    func its(_ names: [InstanceName]) -> String { names.count == 1 ? "its" : "their" }
    return [
      Doubt(name: "missing", instances: list.missing, meaning: "no host shows \(it(list.missing))"),
      Doubt(name: "unknown", instances: list.unknown, meaning: "\(its(list.unknown)) last known host does not answer"),
      Doubt(name: "ambiguous", instances: list.ambiguous, meaning: "several guests carry \(its(list.ambiguous)) name: set spec.uuid"),
      Doubt(
        name: "frozen", instances: list.frozen, meaning: "perhaps running twice, or a move is not settled: 'reconcile explain' says which"),
      Doubt(name: "busy", instances: list.busy, meaning: "someone else works on \(it(list.busy))"),
      Doubt(name: "backing off", instances: list.backingOff, meaning: "the last move failed; tried again later"),
    ].filter { !$0.instances.isEmpty }
  }
}
