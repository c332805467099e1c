package import Fleet

/// What a pass and the status after it have to tell; everything, whether it was told before or not.
package enum NotificationFinder {
  /// Names that one text lists.
  private static let namesShownMax = 5

  /// What a pass showed beside its outcome.
  package struct Pass: Sendable {
    package var outcome: RunOutcome
    /// Of the manifests; contents that no commit has are told apart.
    package var revision: String
    /// Guests that were seen alive on several hosts.
    package var doubled: [InstanceName]
    /// Only a part of the plan was carried out.
    package var isPart: Bool

    package init(_ outcome: RunOutcome, revision: String, doubled: [InstanceName] = [], isPart: Bool = false) {
      self.outcome = outcome
      self.revision = revision
      self.doubled = doubled
      self.isPart = isPart
    }
  }

  /// What the pass that has just ended and the status after it have to tell, what weighs most first. `status`: nil: it cannot be read.
  package static func find(_ status: StatusReport?, _ pass: Pass) -> [Notification] {
    let outcome = pass.outcome
    let about = About(fleet: outcome.fleet, revision: pass.revision, at: outcome.endedAt)
    var found = doubled(pass.doubled, about) + moves(outcome, about)
    if let status { found += hosts(status, about) + guests(status, except: pass.doubled, about) }
    found += end(pass, status, about)
    return NotificationSeverity.allCases.reversed().flatMap { severity in found.filter { $0.severity == severity } }
  }

  /// A pass that was refused or broke off. `kind`: of the refusal; each is told once.
  package static func passFailed(fleet: String, revision: String, kind: String, text: String, at: Timestamp) -> Notification {
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
    return About(fleet: fleet, revision: revision, at: at)(.passFailed, name: kind, lines.joined(separator: "; "))
  }

  package static func manifestsInvalid(fleet: String, revision: String, text: String, at: Timestamp) -> Notification {
    About(fleet: fleet, revision: revision, at: at)(
      .manifestsInvalid, name: fleet,
      "The manifests are invalid, so nothing new starts: \(firstLine(text)). 'reconcile validate' lists all.")
  }

  // MARK: what happened

  private static func moves(_ outcome: RunOutcome, _ about: About) -> [Notification] {
    (outcome.recovered + outcome.moves).compactMap { move in
      let what = "The move of \(move.instance) from \(move.from) to \(move.to)"
      switch move.result {
      case .failed: return about(.moveFailed, name: move.instance.rawValue, cell: move.cell, "\(what) failed: \(move.detail)")
      case .rolledBack: return about(.moveFailed, name: move.instance.rawValue, cell: move.cell, "\(what) was undone: \(move.detail)")
      case .needsHuman:
        return about(.needsHuman, name: move.instance.rawValue, cell: move.cell, "\(what) needs a human: \(move.detail)")
      // Not for a signal or new manifests, which stop all that has not begun.
      case .notStarted where outcome.stopped == nil:
        return about(.moveFailed, name: move.instance.rawValue, cell: move.cell, "\(what) was not begun: \(move.detail)")
      case .succeeded, .open, .notStarted, .leftRunning, .postponed, .notNeeded: return nil
      }
    }
  }

  private static func doubled(_ names: [InstanceName], _ about: About) -> [Notification] {
    names.map {
      about(
        .needsHuman, name: $0.rawValue,
        "ALARM: \($0) was seen running on several hosts at once: look at it, and stop all but the right one.")
    }
  }

  private static func end(_ pass: Pass, _ status: StatusReport?, _ about: About) -> [Notification] {
    let outcome = pass.outcome
    switch ExitCode(rawValue: Int32(outcome.exitCode)) {
    case .success:
      guard !pass.isPart, let status, status.drift == 0, status.blocked.isEmpty, status.notInSync.isEmpty else { return [] }
      let moved = Set(outcome.moves.filter { $0.result == .succeeded }.map(\.instance)).count
      let how = moved == 0 ? "nothing had to be moved" : "\(CountFormat.text(moved, "instance")) moved"
      return [about(.converged, name: about.fleet, "Everything is where the manifests say: \(how).")]
    case .refused: return [about(.passFailed, name: "refused", "The pass was refused: \(outcome.stopped ?? outcome.exitMeaning)")]
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

  private static func guests(_ status: StatusReport, except doubled: [InstanceName], _ about: About) -> [Notification] {
    var found: [Notification] = []
    for item in status.blocked where [.crashedDuringMigration, .lost].contains(item.reason) {
      guard let name = item.instance else { continue }
      found.append(about(.needsHuman, name: name.rawValue, cell: item.cell, "\(name) needs a human: \(item.text) (\(item.hint))"))
    }
    for name in status.notInSync.ambiguous {
      found.append(about(.frozen, name: name.rawValue, "\(name) is left alone: several guests carry its name. Set spec.uuid."))
    }
    for name in status.notInSync.frozen where !doubled.contains(name) {
      found.append(
        about(
          .frozen, name: name.rawValue,
          "\(name) is left alone: it is perhaps running twice, or a move of it is not settled. 'reconcile explain \(name)' says which."))
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
