package import Fleet

/// All that a plan depends on; the same input, budget and seed give the same plan, byte for byte.
package struct PlanningInput: Sendable, Equatable, Codable {
  package var desired: DesiredFleet
  package var revision: String
  package var observation: Observation
  /// What the state store adds to what was seen.
  package var memory: PlanningMemory
  package var objective: Objective
  /// Replaces every cell's `maxMovesPerPass`; nil: the cells' own.
  package var maxMoves: Int?
  package var now: Timestamp

  package init(
    desired: DesiredFleet, revision: String, observation: Observation, memory: PlanningMemory = PlanningMemory(),
    objective: Objective = .moves, maxMoves: Int? = nil, now: Timestamp
  ) {
    self.desired = desired
    self.revision = revision
    self.observation = observation
    self.memory = memory
    self.objective = objective
    self.maxMoves = maxMoves
    self.now = now
  }
}

/// What earlier passes left that planning must heed.
package struct PlanningMemory: Sendable, Equatable, Codable {
  /// Where an instance was last seen; used, with its last observation, for instances of hosts that do not answer.
  package var lastSeen: [LastSeen]
  /// Instances with an intent in doubt, and why: frozen, charged on both hosts.
  package var inDoubt: [InDoubt]
  /// Instances that may not be tried before a time.
  package var backOff: [InstanceUUID: Timestamp]
  /// Those of them that failed several times in a row, and why they did last.
  package var failing: [InstanceUUID: FailingInstance]
  /// Sources of copied disks that are kept: their space is charged.
  package var retiredDisks: [RetiredDisk]
  /// Moves that ended needing a human and were not settled since, by instance.
  package var needsHuman: [InstanceUUID: BlockedItem]
  /// Hosts that guests were known on and that no manifest names any more.
  package var hostsLeftBehind: [HostLeftBehind]
  /// Hosts that are known under another name by now: the same machine; nil: none.
  package var renamedHosts: [RenamedHost]?
  /// Hosts in maintenance that do not answer and were EMPTY when they last did, as one that is switched off for its maintenance.
  package var quietHosts: [QuietHost] = []
  /// The uuid that a name last stood for, of names that stand for another guest, or for none, now.
  package var lastUUIDs: [CellName: [InstanceName: InstanceUUID]] = [:]
  /// Guests that are off and were seen running on the same host not long ago, and when last.
  package var wentOff: [InstanceUUID: Timestamp] = [:]
  /// Instances that maintenance displaced: uuid → the host they were moved off; they `return`.
  package var displacedFrom: [InstanceUUID: HostName]
  /// Destinations that an instance could not be moved to, where nothing has changed since; nil: none.
  package var failedPairs: [FailedPair]?

  package init(
    lastSeen: [LastSeen] = [], inDoubt: [InDoubt] = [], backOff: [InstanceUUID: Timestamp] = [:],
    failing: [InstanceUUID: FailingInstance] = [:], retiredDisks: [RetiredDisk] = [],
    needsHuman: [InstanceUUID: BlockedItem] = [:], hostsLeftBehind: [HostLeftBehind] = [], displacedFrom: [InstanceUUID: HostName] = [:]
  ) {
    self.lastSeen = lastSeen
    self.inDoubt = inDoubt
    self.backOff = backOff
    self.failing = failing
    self.retiredDisks = retiredDisks
    self.needsHuman = needsHuman
    self.hostsLeftBehind = hostsLeftBehind
    self.displacedFrom = displacedFrom
  }
}

/// A machine that was known under a name which no manifest has any more, and answers under another one.
package struct RenamedHost: Sendable, Equatable, Codable {
  package var cell: CellName
  package var was: HostName
  package var now: HostName

  package init(cell: CellName, was: HostName, now: HostName) {
    self.cell = cell
    self.was = was
    self.now = now
  }

  package var text: String { "host \(was) is \(now) by now: the same machine; what is known of it stands under its new name" }
}

/// An instance as its host, now unreachable, last showed it.
package struct LastSeen: Sendable, Equatable, Codable {
  package var cell: CellName
  package var instance: InstanceObservation
  package var at: Timestamp

  package init(cell: CellName, instance: InstanceObservation, at: Timestamp) {
    self.cell = cell
    self.instance = instance
    self.at = at
  }
}

/// An instance with an intent in doubt and the hosts it may be on.
package struct InDoubt: Sendable, Equatable, Codable {
  package var uuid: InstanceUUID
  package var cell: CellName
  package var hosts: [HostName]
  package var text: String
  /// A run that is alive carries it out; nil: an earlier one left it open.
  package var underWay: MoveUnderWay?

  package init(uuid: InstanceUUID, cell: CellName, hosts: [HostName], text: String, underWay: MoveUnderWay? = nil) {
    self.uuid = uuid
    self.cell = cell
    self.hosts = hosts
    self.text = text
    self.underWay = underWay
  }
}

/// An instance whose moves failed again and again.
package struct FailingInstance: Sendable, Equatable, Codable {
  /// From so many failures in a row on it is no passing trouble.
  package static let failuresMin = 3

  package var failures: Int
  /// Why the last move failed.
  package var text: String

  package init(failures: Int, text: String) {
    self.failures = failures
    self.text = text
  }
}

/// A host in maintenance that was EMPTY when it last answered.
package struct QuietHost: Sendable, Equatable, Codable {
  package var cell: CellName
  package var host: HostName
  /// When it last answered.
  package var at: Timestamp

  package init(cell: CellName, host: HostName, at: Timestamp) {
    self.cell = cell
    self.host = host
    self.at = at
  }
}

/// A host that left the manifests while guests were known on it.
package struct HostLeftBehind: Sendable, Equatable, Codable {
  package var cell: CellName
  package var host: HostName
  package var guests: [InstanceName]

  package init(cell: CellName, host: HostName, guests: [InstanceName]) {
    self.cell = cell
    self.host = host
    self.guests = guests
  }
}

/// How much searching a plan may cost, in steps of the solver, not seconds.
package struct SearchBudget: Sendable, Equatable, Codable {
  package var steps: Int
  package init(steps: Int = 2_000_000) { self.steps = steps }
}
