import LabSupport
import Testing

/// The one suite over real libvirt hosts: runs in the lab, one check at a time, each with fresh guests.
@Suite(.serialized, .enabled(if: Lab.isAvailable, "the lab of real hosts is not up"))
struct LibvirtConformance {
  private func suite(_ body: (HypervisorConformance) async throws -> Void) async throws {
    try await Lab.tidy()
    try await body(HypervisorConformance(fixture: try await LibvirtFixture()))
  }

  @Test func observationShowsWhatIsThere() async throws { try await suite { await $0.observationShowsWhatIsThere() } }
  @Test func presenceTellsHereFromElsewhere() async throws { try await suite { await $0.presenceTellsHereFromElsewhere() } }
  @Test func lookingChangesNothing() async throws { try await suite { try await $0.lookingChangesNothing() } }
  @Test func liveMigrationEndsWithOneCopy() async throws { try await suite { try await $0.liveMigrationEndsWithOneCopy() } }
  @Test func blockMigrationTakesTheDiskAlong() async throws { try await suite { try await $0.blockMigrationTakesTheDiskAlong() } }
  @Test func theColdSequenceRebootsOnce() async throws { try await suite { try await $0.theColdSequenceRebootsOnce() } }
  @Test func theOfflineSequenceStartsNothing() async throws { try await suite { try await $0.theOfflineSequenceStartsNothing() } }
  @Test func anAbortedMigrationLeavesTheGuestWhereItWas() async throws {
    try await suite { try await $0.anAbortedMigrationLeavesTheGuestWhereItWas() }
  }
  @Test func anIntentBeginsOnce() async throws { try await suite { try await $0.anIntentBeginsOnce() } }
  @Test func anotherWritersMarkIsRefusedAndStays() async throws { try await suite { try await $0.anotherWritersMarkIsRefusedAndStays() } }
  @Test func aSecondCopyIsNeverStarted() async throws { try await suite { try await $0.aSecondCopyIsNeverStarted() } }
  @Test func stepsOutOfTurnAreRefused() async throws { try await suite { try await $0.stepsOutOfTurnAreRefused() } }
}
