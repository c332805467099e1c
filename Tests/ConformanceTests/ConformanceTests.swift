import Testing

/// The one suite, over every driver that gives a fixture.
@Suite struct ConformanceTests {
  enum Driver: String, CaseIterable, Sendable { case simulated, xen, xenOverXML }

  private func suite(_ driver: Driver) async throws -> HypervisorConformance {
    switch driver {
    case .simulated: HypervisorConformance(fixture: SimulatedFixture())
    case .xen: HypervisorConformance(fixture: try await XenFixture())
    case .xenOverXML: HypervisorConformance(fixture: try await XenFixture(["--xml-only", "--old"]))
    }
  }

  @Test(arguments: Driver.allCases) func observationShowsWhatIsThere(_ driver: Driver) async throws {
    try await suite(driver).observationShowsWhatIsThere()
  }
  @Test(arguments: Driver.allCases) func presenceTellsHereFromElsewhere(_ driver: Driver) async throws {
    try await suite(driver).presenceTellsHereFromElsewhere()
  }
  @Test(arguments: Driver.allCases) func lookingChangesNothing(_ driver: Driver) async throws {
    try await suite(driver).lookingChangesNothing()
  }
  @Test(arguments: Driver.allCases) func liveMigrationEndsWithOneCopy(_ driver: Driver) async throws {
    try await suite(driver).liveMigrationEndsWithOneCopy()
  }
  @Test(arguments: Driver.allCases) func blockMigrationTakesTheDiskAlong(_ driver: Driver) async throws {
    try await suite(driver).blockMigrationTakesTheDiskAlong()
  }
  @Test(arguments: Driver.allCases) func theColdSequenceRebootsOnce(_ driver: Driver) async throws {
    try await suite(driver).theColdSequenceRebootsOnce()
  }
  @Test(arguments: Driver.allCases) func theOfflineSequenceStartsNothing(_ driver: Driver) async throws {
    try await suite(driver).theOfflineSequenceStartsNothing()
  }
  @Test(arguments: Driver.allCases) func anAbortedMigrationLeavesTheGuestWhereItWas(_ driver: Driver) async throws {
    try await suite(driver).anAbortedMigrationLeavesTheGuestWhereItWas()
  }
  @Test(arguments: Driver.allCases) func anIntentBeginsOnce(_ driver: Driver) async throws {
    try await suite(driver).anIntentBeginsOnce()
  }
  @Test(arguments: Driver.allCases) func anotherWritersMarkIsRefusedAndStays(_ driver: Driver) async throws {
    try await suite(driver).anotherWritersMarkIsRefusedAndStays()
  }
  @Test(arguments: Driver.allCases) func aSecondCopyIsNeverStarted(_ driver: Driver) async throws {
    try await suite(driver).aSecondCopyIsNeverStarted()
  }
  @Test(arguments: Driver.allCases) func stepsOutOfTurnAreRefused(_ driver: Driver) async throws {
    try await suite(driver).stepsOutOfTurnAreRefused()
  }

  /// All that the driver asks of a pool on the way of a live, a block and a cold move is published, and none breaks the pool's own rules.
  @Test func aPoolIsAskedOnlyWhatIsPublished() async throws {
    let fixture = try await XenFixture()
    let suite = HypervisorConformance(fixture: fixture)
    try await suite.liveMigrationEndsWithOneCopy()
    try await suite.theColdSequenceRebootsOnce()
    try await suite.lookingChangesNothing()
    let other = try await XenFixture()
    let block = HypervisorConformance(fixture: other)
    try await block.blockMigrationTakesTheDiskAlong()
    fixture.expectPublishedCalls()
    other.expectPublishedCalls()
  }
}
