/// One thing that stands in the way of a step.
package struct Obstacle: Sendable, Equatable, Codable {
  package enum Code: String, Sendable, Codable {
    case unreachable, notWhereExpected, memory, storageMissing, storageSpace, mediaMissing, cpu, network, nameTaken, hostDevice, busy
    case otherWriter, targetExists, otherCopyNotSafe, closed, other
  }
  package var code: Code
  package var text: String
  /// True: trying again later may help without anyone doing anything.
  package var passing: Bool
  /// Whose fault it is, where its code alone does not tell.
  private var charged: Blame?

  package init(_ code: Code, _ text: String, passing: Bool, blame: Blame? = nil) {
    self.code = code
    self.text = text
    self.passing = passing
    charged = blame
  }

  /// Whose fault it is.
  package var blame: Blame {
    if let charged { return charged }
    switch code {
    case .hostDevice: return .guest
    case .unreachable, .closed: return .destination
    case .storageMissing, .storageSpace, .mediaMissing, .cpu, .network, .nameTaken, .targetExists: return .pair
    // What was seen a moment ago is not so any more, or somebody else is at work.
    case .notWhereExpected, .busy, .otherWriter, .memory, .otherCopyNotSafe: return .nobody
    case .other: return passing ? .nobody : .pair
    }
  }
}
