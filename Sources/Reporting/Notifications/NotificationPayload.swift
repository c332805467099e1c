package import Fleet

/// The document that a notification is sent as.
package enum NotificationPayload {
  /// How long an alert stands in Alertmanager without being told again.
  static let alertMilliseconds = 3_600_000

  /// `kind`: as in the configuration; all but `slack` and `alertmanager` get the notification itself.
  package static func body(_ notification: Notification, kind: String) -> String {
    switch kind {
    case "slack": JSONText.encodeOwn(["text": slackText(notification)])
    case "alertmanager": JSONText.encodeOwn([Alert(notification)])
    default: JSONText.encodeOwn(Document(notification))
    }
  }

  /// `&`, `<` and `>` are Slack's own (https://api.slack.com/reference/surfaces/formatting#escaping).
  private static func slackText(_ notification: Notification) -> String {
    let text = "[\(notification.severity.rawValue)] \(notification.fleet): \(Printable.clean(notification.text))"
    return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  private struct Document: Encodable {
    var apiVersion = "reconcile/v1"
    var kind = "Notification"
    var event: NotificationEvent
    var severity: NotificationSeverity
    var fleet: String
    var revision: String
    var name: String
    var cell: CellName?
    var text: String
    var at: Timestamp

    init(_ notification: Notification) {
      event = notification.event
      severity = notification.severity
      fleet = notification.fleet
      revision = notification.revision
      name = notification.name
      cell = notification.cell
      text = Printable.clean(notification.text)
      at = notification.at
    }
  }

  /// Of Alertmanager's API, version 2 (POST /api/v2/alerts).
  private struct Alert: Encodable {
    var labels: [String: String]
    var annotations: [String: String]
    var startsAt: Timestamp
    var endsAt: Timestamp

    init(_ notification: Notification) {
      labels = [
        "alertname": "reconcile_\(notification.event.rawValue)", "severity": notification.severity.rawValue, "fleet": notification.fleet,
        "name": notification.name, "revision": notification.revision,
      ]
      if let cell = notification.cell { labels["cell"] = cell.rawValue }
      annotations = ["summary": Printable.clean(notification.text)]
      startsAt = notification.at
      endsAt = notification.at.adding(milliseconds: NotificationPayload.alertMilliseconds)
    }
  }
}
