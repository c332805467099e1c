import Planning
import Testing

/// The generator and the two oracles against each other and against the problem's own check of an end.
@Suite struct TinyProblemTests {
  static let blocks = 10
  static let seedsPerBlock = 100

  @Test(arguments: 0..<blocks) func oraclesAgree(block: Int) {
    for offset in 0..<Self.seedsPerBlock {
      let seed = UInt64(block * Self.seedsPerBlock + offset)
      let problem = TinyProblem.make(seed: seed)
      let placement = PlacementOracle(problem)
      if placement.least != nil { #expect(problem.problems(ofTarget: placement.target).isEmpty, "seed \(seed)") }
      if case .cheapest(let weight) = SequenceOracle(problem).answer {
        #expect(placement.least.map { $0 <= weight } ?? false, "seed \(seed)")
      }
    }
  }

  /// What the properties rest on occurs often enough to be tested.
  @Test func everythingOccurs() {
    var ends = 0
    var moved = 0
    var stuck = 0
    var hops = 0
    for seed in 0..<500 as Range<UInt64> {
      let problem = TinyProblem.make(seed: seed)
      let least = PlacementOracle(problem).least
      let sequence = SequenceOracle(problem)
      ends += least == nil ? 0 : 1
      moved += (least ?? 0) > 0 ? 1 : 0
      stuck += least != nil && sequence.answer == .none ? 1 : 0
      hops += Set(sequence.moves.map(\.item)).count < sequence.moves.count ? 1 : 0
    }
    #expect(ends > 150 && ends < 450)
    #expect(moved > 80)
    #expect(stuck > 5)
    #expect(hops > 3)
  }
}
