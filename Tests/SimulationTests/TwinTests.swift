import Fleet
import FoundationEssentials
import Reconciler
import SimulatedHypervisor
import Testing

/// A copied database: two writers with one id and one history in one world. The guests must be none the worse for it.
@Suite struct TwinTests {
  /// Seeds of fleets whose first process dies in the middle of its moves.
  static let seeds: Range<UInt64> = 0..<24

  private static func pass(_ simulation: Simulation, stopAt: Int? = nil) async throws -> Bool {
    do {
      _ = try await simulation.pass(stopAt: stopAt, .after)
    } catch is SimulatedCrash {} catch Refusal.anotherWriter {
      return false
    }
    return true
  }

  @Test(.enabled(if: Others.chosen.contains(.twins)), arguments: seeds) func twinsDoNotDoubleAGuest(seed: UInt64) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "twins-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let fleet = RandomFleet(seed: seed)
    var random = SeededRandom(seed: seed ^ 0x7719)
    let first = try Simulation(fleet: fleet, seed: seed, database: folder.appending(path: "one.db").path)
    _ = try await Self.pass(first, stopAt: random.below(14))
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasPrefix("one.db") && !name.hasSuffix(".lock") {
      let copy = folder.appending(path: name.replacing("one.db", with: "two.db"))
      try FileManager.default.copyItem(at: folder.appending(path: name), to: copy)
    }
    let second = try Simulation(beside: first, fleet: fleet, database: folder.appending(path: "two.db").path)
    for _ in 0..<6 {
      let one = random.chance(50) ? first : second
      _ = try await Self.pass(one, stopAt: random.chance(60) ? random.below(14) : nil)
      first.clock.advance(milliseconds: random.below(60_000))
    }
    #expect(first.broken == [], "seed \(seed)")
  }
}
