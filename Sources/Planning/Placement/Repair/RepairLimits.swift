/// Limits of repair: what lies beyond is tried by sampling or not at all.
enum RepairLimits {
  /// Units tried for a group that has to gather elsewhere than where its members are.
  static let unitsTriedMax = 4096
  /// Hosts of a unit whose room is summed before a group gathers there.
  static let hostsSummedMax = 16
  /// Nodes of the search for the cheapest items that relieve one host.
  static let relieveNodesMax = 4000
  /// Hosts of a class that are all looked at; of more hosts a sample is.
  static let hostsScannedMax = 256
  /// Hosts with room looked at for one item where not all are.
  static let probesMax = 24
  /// Leaves of the room index visited for one answer.
  static let leavesMax = 64
  /// Items that one placement may put out.
  static let ejectedPerPlaceMax = 3
  /// Items of a host tried as those to be put out.
  static let ejectablesMax = 24
  /// Hosts whose room is looked at in one step of the budget.
  static let hostsPerStep = 4
  /// Members of a group up to which one is put out for another.
  static let membersMax = 256
  /// Items that found neither room nor anything to put out, one after the other, before a search gives up.
  static let refusalsMax = 32
  /// Moved items that are moved elsewhere after each ejection.
  static let stirsPerEjection = 4
  /// Ejections before the limit on the weight rises, and again for every four pooled items.
  static let ejectionsPerRise = 64
  /// The limit rises by this share of what is in the pool.
  static let riseShare = 4
  /// Ejections in one round of making a target lighter.
  static let ejectionsPerRound = 12
  /// Every so many rounds a target as light as the last one will do.
  static let roundsPerSidestep = 3
  /// Every so many rounds one that is heavier than the best by up to this share will do.
  static let roundsPerClimb = 300
  static let climbShare = 50
  /// Hosts drawn for a moved item before a search does without.
  static let drawsMax = 8
  /// Hosts that one round of making a target lighter looks at: this many, and twice as many up to `focusDoublings` times.
  static let focusHosts = 8
  static let focusDoublings: UInt64 = 4
  /// Steps of one first fit: a fixed number and so many for each host and item. What takes more is left to other searches.
  static let firstFitSteps = 500_000
  static let firstFitStepsPerPart = 64
  /// Moved items pooled at the begin of a round.
  static let loosenedMax = 3
}
