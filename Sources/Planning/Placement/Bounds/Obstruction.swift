/// A proof that no plan mends everything; worked out again by `ObstructionCheck`.
package struct Obstruction: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// The item may not stay and no host could hold it even alone.
    case noHost
    /// What cannot leave the host is more than it has.
    case fullOfFixed(resource: Int)
    /// All places the items may end have together fewer slots of `threshold` than the items need.
    case tooFewSlots(resource: Int, threshold: Int, needed: Int, offered: Int)
    /// The group cannot be kept: the items may only be on the hosts, which are too few units for them.
    case group(Int)
  }

  package var kind: Kind
  /// Sorted.
  package var items: [Int]
  /// Sorted.
  package var hosts: [Int]

  package init(kind: Kind, items: [Int], hosts: [Int]) {
    self.kind = kind
    self.items = items
    self.hosts = hosts
  }
}
