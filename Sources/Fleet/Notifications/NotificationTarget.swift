/// Who is told what happens, and how.
package struct NotificationTarget: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable { case webhook, slack, alertmanager, command }

  /// As messages call it; unique.
  package var name: String
  package var kind: Kind
  /// A file that holds the address; nil for a command.
  package var urlFile: String?
  /// A file that holds the key that a webhook's body is signed with.
  package var secretFile: String?
  /// The program and its arguments; empty but for a command.
  package var command: [String]
  /// Nil: all.
  package var events: [NotificationEvent]?
  package var minSeverity: NotificationSeverity

  package init(
    name: String, kind: Kind, urlFile: String? = nil, secretFile: String? = nil, command: [String] = [],
    events: [NotificationEvent]? = nil, minSeverity: NotificationSeverity = .info
  ) {
    self.name = name
    self.kind = kind
    self.urlFile = urlFile
    self.secretFile = secretFile
    self.command = command
    self.events = events
    self.minSeverity = minSeverity
  }

  package static let countMax = 16
  package static let commandWordsMax = 64
}
