/// Where the items of a problem end, and what is proved of it.
package struct PlacementOutcome: Sendable, Equatable {
  /// End host of each item; an item that found no place is where it started.
  package var target: [Int]
  /// Items that may not stay and found no place.
  package var unplaced: [Int] = []
  /// Groups that the target breaks.
  package var brokenGroups: [Int] = []
  /// Relieved hosts that the target leaves over their capacity.
  package var overHosts: [Int] = []
  /// Summed weight of going to the target, hops not counted, in the weights that proofs are about.
  package var weight = 0
  /// One for each part of the problem that nothing joins with the rest; their values add up.
  package var proofs: [PartProof] = []

  package var bound: Int { proofs.reduce(0) { $0 + $1.value } }
  package var isComplete: Bool { unplaced.isEmpty && brokenGroups.isEmpty && overHosts.isEmpty }
  package var isProved: Bool { isComplete && weight == bound }
}

/// What is proved of one part of a problem.
package struct PartProof: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// Worked out again by `BoundCheck`.
    case counting(BoundProof)
    /// Worked out again by `PriceCheck`.
    case prices(PriceCertificate)
    /// The items that may not stay, and a move more for each of these sets of hosts; re-checked by `CycleCheck`. Ids in the whole problem.
    case fullHosts([[Int]])
    /// Every target that could weigh less was searched.
    case searched
  }

  /// Least summed weight of the moves of any plan that mends everything in the part.
  package var value: Int
  package var kind: Kind
  /// Proofs that not everything can be mended.
  package var obstructions: [Obstruction] = []
  /// Every placement was searched, and none mends everything.
  package var isImpossible = false
  /// Ids in the whole problem: what `kind` and `obstructions` name are positions in these lists.
  package var hosts: [Int] = []
  package var items: [Int] = []
  package var groups: [Int] = []
}
