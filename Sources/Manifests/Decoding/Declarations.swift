import Fleet

/// What the documents of all files declare, with the places that checks need, before it is known to hold together.
///
/// A document with an error is in here too, as far as it could be read, so that its error does not make others of it.
struct Declarations: Sendable {
  var fleets: [(name: String, location: SourceLocation)] = []
  var cells: [DeclaredCell] = []
  var hosts: [DeclaredHost] = []
  var instances: [DeclaredInstance] = []
  var rules: [DeclaredRule] = []
  var policies: [DesiredPolicy] = []
  var documentCount = 0
  /// Those without content included.
  var documentsRead = 0
  var unread = UnreadNames()
}

/// A Cell and where it names others.
struct DeclaredCell: Sendable {
  var cell: DesiredCell
  /// False if it could not be read; already reported.
  var hypervisorIsKnown = false
  var policy: Reference?
  /// Hosts that `connection.addresses` names.
  var addresses: [Reference] = []
}

/// A Host; its value holds defaults where it could not be read.
struct DeclaredHost: Sendable {
  var host: DesiredHost
  /// Nil if it could not be read; already reported.
  var cell: Reference?
  var connection: Reference?
  /// True also if it could not be read.
  var connectionIsGiven: Bool
  var reservedMemoryIsGiven = false
  var labelsAreKnown: Bool
}

/// An Instance and where it names others.
struct DeclaredInstance: Sendable {
  var instance: DesiredInstance
  /// Nil if it is not given, or could not be read.
  var cell: Reference?
  var cellIsGiven: Bool
  var uuid: Mark?
  var policy: Reference?
  /// The hosts of `placement.host` or `placement.anyOf`.
  var hosts: [Reference]
  var placement: Mark?
  var labelsAreKnown: Bool
}

/// A PlacementRule and where it names a label.
struct DeclaredRule: Sendable {
  var rule: PlacementRule
  var across: Mark?
  /// False if the rule says something impossible by itself, which was reported.
  var isWhole: Bool
}
