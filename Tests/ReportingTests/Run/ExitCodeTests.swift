import Reporting
import Testing

@Suite struct ExitCodeTests {
  /// Every combination of facts, against the contract's list read from the top.
  @Test(arguments: 0..<128)
  func precedence(bits: Int) {
    var facts = OutcomeFacts()
    facts.usage = bits & 1 != 0
    facts.manifestsInvalid = bits & 2 != 0
    facts.refused = bits & 4 != 0
    facts.migrationFailed = bits & 8 != 0
    facts.cellUnobserved = bits & 16 != 0
    facts.somethingStands = bits & 32 != 0
    facts.movesPending = bits & 64 != 0
    let contract: [(mask: Int, code: Int32)] = [(1, 64), (2, 65), (4, 4), (8 | 16, 1), (32, 3), (64, 2), (~0, 0)]
    #expect(ExitCode.of(facts).rawValue == contract.first { $0.mask == ~0 || bits & $0.mask != 0 }?.code)
  }

  @Test func eachCodeHasAMeaningOfItsOwn() {
    #expect(Set(ExitCode.allCases.map(\.meaning)).count == ExitCode.allCases.count)
    #expect(ExitCode.allCases.map(\.rawValue).sorted() == [0, 1, 2, 3, 4, 64, 65])
  }
}
