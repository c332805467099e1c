package import Fleet

/// One line of the log of `watch` with `--log-format json`.
package struct LogEvent: Sendable, Equatable, Encodable {
  /// As journald's priorities (sd-daemon(3)).
  package enum Level: String, Sendable, Encodable, CaseIterable {
    case info, warning, error

    package var priority: Int {
      switch self {
      case .error: 3
      case .warning: 4
      case .info: 6
      }
    }
  }

  package enum Name: String, Sendable, Encodable, CaseIterable {
    case started, stopping, settingsReloaded, settingsRefused, note, warning
    case planned, movePlanned, blocked, unblocked, doubt, doubtSettled, moveStarted, moveProgress, moveEnded, moveFailed, moveDropped,
      passEnded
    case passFailed, manifestsInvalid
  }

  package var time: Timestamp
  package var level: Level
  package var event: Name
  /// Counts from 1 in one process; nil: outside of any pass.
  package var pass: Int?
  /// As in the plan.
  package var move: String?
  package var cell: CellName?
  package var instance: InstanceName?
  package var host: HostName?
  package var message: String
  /// What else the event has, by name.
  package var fields: [String: String]

  package init(
    _ event: Name, at time: Timestamp, level: Level = .info, pass: Int? = nil, host: HostName? = nil, message: String,
    fields: [String: String] = [:]
  ) {
    self.time = time
    self.level = level
    self.event = event
    self.pass = pass
    self.host = host
    self.message = Printable.clean(message)
    self.fields = fields.mapValues(Printable.clean)
  }

  /// What happens with one move.
  package init(
    _ event: Name, _ move: Move, at time: Timestamp, level: Level = .info, pass: Int?, message: String, fields: [String: String] = [:]
  ) {
    let about = ["from": move.from.rawValue, "to": move.to.rawValue, "mode": move.mode.rawValue, "uuid": move.uuid.rawValue]
    self.init(event, at: time, level: level, pass: pass, message: message, fields: about.merging(fields) { $1 })
    self.move = move.id
    cell = move.cell
    instance = move.instance
  }

  /// What stands in the way of something.
  package init(_ event: Name, _ item: BlockedItem, at time: Timestamp, level: Level = .info, pass: Int?) {
    var fields = ["reason": item.reason.rawValue, "hint": item.hint]
    fields["rule"] = item.rule?.rawValue
    fields["manifest"] = item.manifest
    self.init(event, at: time, level: level, pass: pass, host: item.host, message: item.text, fields: fields)
    cell = item.cell
    instance = item.instance
  }

  /// A JSON object on one line, with its line end.
  package var line: String { JSONText.encodeOwn(self, pretty: false) }
}
