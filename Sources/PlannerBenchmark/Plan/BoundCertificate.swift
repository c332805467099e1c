package import Planning

/// What proves the lower bound of a plan: parts of the instance that nothing joins, each with a proof of its own; their values add up.
package struct BoundCertificate: Sendable {
  package var parts: [PartProof]

  package init(parts: [PartProof]) { self.parts = parts }

  package var value: Int { parts.reduce(0) { $0 + $1.value } }

  /// The heaviest means that any part needed, in a word.
  package var kind: Kind { parts.lazy.filter { $0.value > 0 }.map(\.means).max() ?? .none }

  /// In the order of what re-checking takes.
  package enum Kind: Int, Sendable, Comparable {
    /// Nothing has to move.
    case none
    case forced
    case overload
    case slots
    case groups
    case prices
    case fullHosts
    /// By a search alone: it can only be repeated.
    case searched

    package static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }

    package var word: String {
      switch self {
      case .none: "none needed"
      case .forced: "forced"
      case .overload: "overload"
      case .slots: "slots"
      case .groups: "groups"
      case .prices: "prices"
      case .fullHosts: "full hosts"
      case .searched: "searched"
      }
    }
  }
}

extension PartProof {
  fileprivate var means: BoundCertificate.Kind {
    switch kind {
    case .counting(let bound): bound.parts.lazy.filter { $0.value > 0 }.map(\.means).max() ?? .none
    case .prices: .prices
    case .fullHosts: .fullHosts
    case .searched: .searched
    }
  }
}

extension BoundPart {
  fileprivate var means: BoundCertificate.Kind {
    switch self {
    case .forced: .forced
    case .overload: .overload
    case .slot: .slots
    case .group: .groups
    }
  }
}
