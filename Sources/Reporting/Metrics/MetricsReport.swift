import Fleet

/// Status and history as metrics for Prometheus; pure.
///
/// Labels are cells, hosts in maintenance, modes and fixed words: nothing that grows with the guests.
package enum MetricsReport {
  package static func text(_ facts: MetricsFacts) -> String { families(facts).map(\.text).joined() }

  /// All there are, with samples or without, in the order they are printed.
  package static func families(_ facts: MetricsFacts) -> [MetricFamily] {
    program(facts) + passes(facts) + hosts(facts) + instances(facts) + moves(facts) + leftBehind(facts)
  }

  private typealias Sample = MetricFamily.Sample

  private static func gauge(_ name: String, _ help: String, _ samples: [Sample]) -> MetricFamily {
    MetricFamily(name: name, kind: .gauge, help: help, samples: samples)
  }

  // MARK: the program and its passes

  private static func program(_ facts: MetricsFacts) -> [MetricFamily] {
    let status = facts.status
    return [
      gauge("build_info", "The program; always 1.", [Sample(1, [("version", facts.version)])]),
      gauge(
        "fleet_info", "The manifests the numbers are about; always 1.",
        status.fleet.isEmpty ? [] : [Sample(1, [("fleet", status.fleet), ("revision", status.revision)])]),
      gauge(
        "manifest_errors", "Errors of the manifests as they are now; while there is one nothing new starts.",
        [Sample(Double(facts.manifestErrors))]),
    ]
  }

  private static func passes(_ facts: MetricsFacts) -> [MetricFamily] {
    let last = facts.lastEnded
    return [
      gauge(
        "last_pass_timestamp_seconds", "When the last pass ended, in seconds since 1970.", last?.endedAt.map { [Sample(seconds($0))] } ?? []
      ),
      gauge(
        "last_pass_exit_code", "Exit status of the last pass.", last?.exitCode.map { [Sample(Double($0))] } ?? []),
      counter("passes_total", "Passes that ended, by exit status.", facts.tallies, .passes, ["exit"]),
      summary("pass_duration_seconds", "How long passes took.", facts.tallies, .passSeconds, []),
    ]
  }

  // MARK: hosts

  private static let declaredStates: Set<String> = ["declared", "maintenance", "overdue", "decommissioned"]

  private static func hosts(_ facts: MetricsFacts) -> [MetricFamily] {
    let states: [(name: String, holds: (StatusHost) -> Bool)] = [
      ("declared", { _ in true }), ("unreachable", { !$0.reachable && $0.decommissioned != true }),
      ("maintenance", { $0.maintenance != nil }),
      ("empty", \.drained), ("overdue", { $0.maintenance?.overdue == true }), ("closed_by_others", \.closed),
      ("over_capacity", \.overCapacity),
      ("decommissioned", { $0.decommissioned == true }),
    ]
    var counts: [Sample] = []
    var guests: [Sample] = []
    var observed: [Sample] = []
    for cell in facts.status.cells {
      let name = ("cell", cell.name.rawValue)
      // Of a cell that was never looked at only its manifests are known.
      for state in states where cell.observedAt != nil || Self.declaredStates.contains(state.name) {
        counts.append(Sample(Double(cell.hosts.count(where: state.holds)), [name, ("state", state.name)]))
      }
      for host in cell.hosts where host.maintenance != nil && cell.observedAt != nil {
        guests.append(Sample(Double(host.guests), [name, ("host", host.name.rawValue)]))
      }
      if let at = cell.observedAt { observed.append(Sample(seconds(at), [name])) }
    }
    return [
      gauge("hosts", "Hosts of the manifests by what they are; a host may be several things.", counts),
      gauge("host_maintenance_guests", "Guests still on a host in maintenance, as it was seen last.", guests),
      gauge("last_observation_timestamp_seconds", "When the cell was observed last, in seconds since 1970.", observed),
    ]
  }

  // MARK: instances

  private static func instances(_ facts: MetricsFacts) -> [MetricFamily] {
    let samples = facts.cells.flatMap { cell in
      cell.instances.sorted { $0.key < $1.key }.map { Sample(Double($0.value), [("cell", cell.name.rawValue), ("state", $0.key)]) }
    }
    let blocked = facts.status.blocked.filter { $0.cell != nil }
    let reasons = Dictionary(blocked.map { ([$0.cell?.rawValue ?? "", $0.reason.rawValue], 1) }, uniquingKeysWith: +)
    return [
      gauge("instances", "Declared instances by their state.", samples),
      gauge(
        "blocked", "What is declared and cannot be had now, by reason.",
        reasons.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
          Sample(Double($0.value), [("cell", $0.key[0]), ("reason", $0.key[1])])
        }),
    ]
  }

  // MARK: moves

  private static func moves(_ facts: MetricsFacts) -> [MetricFamily] {
    let planned = facts.cells.flatMap { cell in
      MigrationMode.allCases.map { Sample(Double(cell.movesPlanned[$0] ?? 0), [("cell", cell.name.rawValue), ("mode", $0.rawValue)]) }
    }
    let proofs = facts.cells.compactMap { cell in
      cell.proof.map { Sample(1, [("cell", cell.name.rawValue), ("status", $0.rawValue)]) }
    }
    let open = facts.cells.map { cell in
      Sample(Double(facts.status.openMoves.count { $0.cell == cell.name && !$0.state.isFinal }), [("cell", cell.name.rawValue)])
    }
    let (cellMode, tallies) = (["cell", "mode"], facts.tallies)
    return [
      gauge("moves_planned", "Moves that the last observation asks for.", planned),
      gauge("plan_proof", "How far the plan of a cell is proved: the label's status; always 1.", proofs),
      gauge("moves_running", "Moves that have not ended.", open),
      counter("moves_total", "Moves that ended, by how.", none(facts) + tallies, .moves, cellMode + ["result"]),
      summary("move_duration_seconds", "How long moves that succeeded took.", tallies, .moveSeconds, cellMode),
      summary("move_pause_seconds", "How long guests stood still in moves that succeeded.", tallies, .movePauseSeconds, cellMode),
      summary(
        "move_prediction_error_ratio", "Difference between the predicted and the true duration, as a part of the predicted one.", tallies,
        .movePredictionErrors, cellMode),
      counter("move_bytes_total", "Bytes that moves sent over the network.", tallies, .moveBytes, ["cell"]),
    ]
  }

  /// A counter that begins at one has not risen, for Prometheus: of what may come there is a zero before.
  private static func none(_ facts: MetricsFacts) -> [Tally] {
    let counted = Set(facts.tallies.filter { $0.name == .moves }.map(\.labels))
    let possible = facts.cells.flatMap { cell in
      MigrationMode.allCases.flatMap { mode in
        ["succeeded", "rolledBack", "failed", "needsHuman", "postponed", "notNeeded"].map {
          ["cell": cell.name.rawValue, "mode": mode.rawValue, "result": $0]
        }
      }
    }
    return possible.filter { !counted.contains($0) }.map { Tally(.moves, $0, sum: 0, count: 0) }
  }

  // MARK: what is left

  private static func leftBehind(_ facts: MetricsFacts) -> [MetricFamily] {
    let status = facts.status
    let kept = facts.cells.map { cell in
      Sample(Double(status.retiredDisks.filter { $0.cell == cell.name }.reduce(0) { $0 + $1.bytes }), [("cell", cell.name.rawValue)])
    }
    let cells = Dictionary(
      status.cells.flatMap { cell in cell.hosts.map { ($0.name, cell.name) } }, uniquingKeysWith: { first, _ in first })
    let leftovers = facts.cells.flatMap { cell in
      [true, false].map { ours in
        Sample(
          Double(status.leftovers.count { cells[$0.host] == cell.name && $0.ours == ours }),
          [("cell", cell.name.rawValue), ("owner", ours ? "reconcile" : "other")])
      }
    }
    return [
      gauge("retired_disk_bytes", "Size of the kept sources of copied disks.", kept),
      gauge("leftovers", "Definitions, disks and marks that belong to no living guest, by who made them.", leftovers),
      gauge(
        "storage_proof_age_seconds", "Age of the oldest proof of a storage that the plan rests on.",
        status.storageProofs.map { [Sample(Double(max(0, status.at.milliseconds(since: $0.oldest))) / 1000)] } ?? []),
    ]
  }

  // MARK: samples

  private static func seconds(_ at: Timestamp) -> Double { Double(at.milliseconds) / 1000 }

  private static func counter(
    _ name: String, _ help: String, _ tallies: [Tally], _ tally: Tally.Name, _ labels: [String]
  ) -> MetricFamily {
    let samples = tallies.filter { $0.name == tally }.map { Sample($0.sum, values(of: labels, in: $0)) }
    return MetricFamily(name: name, kind: .counter, help: help, samples: samples)
  }

  private static func summary(
    _ name: String, _ help: String, _ tallies: [Tally], _ tally: Tally.Name, _ labels: [String]
  ) -> MetricFamily {
    let samples = tallies.filter { $0.name == tally }.flatMap {
      [
        Sample($0.sum, values(of: labels, in: $0), suffix: "_sum"), Sample(Double($0.count), values(of: labels, in: $0), suffix: "_count"),
      ]
    }
    return MetricFamily(name: name, kind: .summary, help: help, samples: samples)
  }

  private static func values(of labels: [String], in tally: Tally) -> [(name: String, value: String)] {
    labels.map { ($0, tally.labels[$0] ?? "") }
  }
}
