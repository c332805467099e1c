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

  package init(_ code: Code, _ text: String, passing: Bool) {
    self.code = code
    self.text = text
    self.passing = passing
  }
}
