package import Fleet

/// What a pass and the status after it have to tell; everything, whether it was told before or not.
package enum NotificationFinder {
  /// Of one event in one pass; what is beyond is in the status.
  package static let sameEventMax = 100
  /// Names that one text lists.
  private static let namesShownMax = 5

  /// `outcome`: of the pass that has just ended.
  package static func find(_ status: StatusReport, _ outcome: RunOutcome) -> [Notification] {
    let about = About(fleet: outcome.fleet, revision: outcome.revision, at: outcome.endedAt)
    var found = failedMoves(outcome, about)
    found += hosts(status, about)
    found += guests(status, about)
    found += end(outcome, about)
    return NotificationEvent.allCases.flatMap { event in found.filter { $0.event == event }.prefix(sameEventMax) }
  }

  /// A pass that ended before it did anything.
  package static func passFailed(fleet: String, revision: String, text: String, at: Timestamp) -> Notification {
    About(fleet: fleet, revision: revision, at: at)(.passFailed, name: fleet, "The pass did nothing: \(firstLine(text))")
  }

  package static func manifestsInvalid(fleet: String, revision: String, text: String, at: Timestamp) -> Notification {
    About(fleet: fleet, revision: revision, at: at)(
      .manifestsInvalid, name: fleet,
      "The manifests are invalid, so nothing new starts: \(firstLine(text)). 'reconcile validate' lists all.")
  }

  // MARK: what happened

  private static func failedMoves(_ outcome: RunOutcome, _ about: About) -> [Notification] {
    (outcome.recovered + outcome.moves).filter { [.failed, .rolledBack].contains($0.result) }.map { move in
      about(
        .moveFailed, name: move.instance.rawValue, cell: move.cell,
        "The move of \(move.instance) from \(move.from) to \(move.to) \(move.result == .failed ? "failed" : "was undone"): \(move.detail)")
    }
  }

  private static func end(_ outcome: RunOutcome, _ about: About) -> [Notification] {
    switch ExitCode(rawValue: Int32(outcome.exitCode)) {
    case .success:
      let moved = Set(outcome.moves.filter { $0.result == .succeeded }.map(\.instance)).count
      let how = moved == 0 ? "nothing had to be moved" : "\(CountFormat.text(moved, "instance")) moved"
      return [about(.converged, name: about.fleet, "Everything is where the manifests say: \(how).")]
    case .refused: return [about(.passFailed, name: about.fleet, "The pass was refused: \(outcome.stopped ?? outcome.exitMeaning)")]
    default: return []
    }
  }

  // MARK: what is

  private static func hosts(_ status: StatusReport, _ about: About) -> [Notification] {
    var found: [Notification] = []
    for cell in status.cells {
      let answered = cell.hosts.contains { $0.reachable } || cell.hosts.isEmpty || cell.observedAt == nil
      if !answered { found.append(about(.passFailed, name: cell.name.rawValue, cell: cell.name, "No host of cell \(cell.name) answers.")) }
      for host in cell.hosts {
        guard let maintenance = host.maintenance else { continue }
        if host.drained {
          found.append(about(.hostEmpty, name: host.name.rawValue, cell: cell.name, "Host \(host.name) is EMPTY\(reason(maintenance))."))
        }
        if let until = maintenance.until, maintenance.overdue {
          found.append(
            about(
              .overdue, name: host.name.rawValue, cell: cell.name,
              "The maintenance of host \(host.name)\(reason(maintenance)) was to end at \(until), and its flag still stands."))
        }
        if let blocked = blockedDrain(of: host, status) {
          found.append(about(.drainBlocked, name: host.name.rawValue, cell: cell.name, blocked))
        }
      }
    }
    return found
  }

  private static func reason(_ maintenance: StatusMaintenance) -> String {
    let words = [maintenance.reason, maintenance.ticket].compactMap(\.self)
    return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
  }

  private static func blockedDrain(of host: StatusHost, _ status: StatusReport) -> String? {
    let remaining = Set(host.remaining.map(\.instance))
    let items = status.blocked.filter { item in item.instance.map(remaining.contains) ?? (item.host == host.name) }
    guard let first = items.first else { return nil }
    let names = items.compactMap(\.instance).map(\.rawValue)
    let who = names.isEmpty ? "" : "\(list(names)) cannot leave. "
    return "The drain of host \(host.name) is blocked: \(who)\(first.text) (\(first.hint))"
  }

  private static func guests(_ status: StatusReport, _ about: About) -> [Notification] {
    var found: [Notification] = []
    for item in status.blocked where [.crashedDuringMigration, .lost].contains(item.reason) {
      guard let name = item.instance else { continue }
      found.append(about(.needsHuman, name: name.rawValue, cell: item.cell, "\(name) needs a human: \(item.text) (\(item.hint))"))
    }
    for name in status.notInSync.ambiguous {
      found.append(about(.needsHuman, name: name.rawValue, "\(name) was seen on several hosts, or two guests bear its name: look at both."))
    }
    for name in status.notInSync.frozen {
      found.append(about(.frozen, name: name.rawValue, "\(name) is left alone until its open move is settled."))
    }
    for name in status.notInSync.missing { found.append(about(.lost, name: name.rawValue, "\(name) is declared and no host shows it.")) }
    return found
  }

  // MARK: words

  private static func list(_ names: [String]) -> String {
    let rest = names.count - namesShownMax
    return names.prefix(namesShownMax).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  private static func firstLine(_ text: String) -> String { String(text.prefix { $0 != "\n" }) }

  private struct About {
    var fleet: String
    var revision: String
    var at: Timestamp

    func callAsFunction(_ event: NotificationEvent, name: String, cell: CellName? = nil, _ text: String) -> Notification {
      Notification(event, fleet: fleet, revision: revision, name: name, cell: cell, text: text, at: at)
    }
  }
}
