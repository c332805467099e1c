import Execution
import Fleet
import Reconciler
import Testing

/// Stops the process at the first, second, third … write of the journal, on either side of it, until a pass goes through untouched; each time the
/// next passes must recover, break no promise, and come to rest.
@Suite struct StopSweepTests {
  /// More writes than any pass of these fleets makes.
  static let writesMax = 400

  @Test(arguments: Seeds.forStops)
  func everyStopIsRecoveredFrom(seed: UInt64) async throws {
    for moment in [JournalMoment.before, .after] {
      var stopAt = 0
      while try await isStopped(seed: seed, at: stopAt, moment) {
        stopAt += 1
        try #require(stopAt < Self.writesMax, "seed \(seed): the sweep must end")
      }
      if moment == .before {
        #expect(stopAt == (try await writesOfAWholePass(seed: seed)), "seed \(seed): every write was stopped at once")
      }
    }
  }

  /// False once the pass has fewer writes than that and goes through.
  private func isStopped(seed: UInt64, at stopAt: Int, _ moment: JournalMoment) async throws -> Bool {
    let simulation = try Simulation(fleet: RandomFleet(seed: seed), seed: seed)
    var stopped = false
    do {
      _ = try await simulation.pass(stopAt: stopAt, moment)
    } catch is SimulatedCrash {
      stopped = true
    } catch Refusal.anotherWriter where simulation.foreign != nil {}
    if !stopped { return false }
    let rest = try await simulation.settle()
    #expect(rest != nil, "seed \(seed), stopped \(moment) write \(stopAt): no rest")
    #expect(simulation.broken == [], "seed \(seed), stopped \(moment) write \(stopAt)")
    return true
  }

  private func writesOfAWholePass(seed: UInt64) async throws -> Int {
    let simulation = try Simulation(fleet: RandomFleet(seed: seed), seed: seed)
    do { _ = try await simulation.pass() } catch Refusal.anotherWriter where simulation.foreign != nil {}
    return simulation.journalWrites
  }
}

/// The simulated fleets must really exercise what they are there for.
@Suite struct SimulationCoverageTests {
  @Test func fleetsMoveFailRecoverAndBlock() async throws {
    var modes: [MigrationMode: Int] = [:]
    var ends: [OperationRecord.State: Int] = [:]
    var (recovered, blocked) = (0, 0)
    for seed in UInt64(0)..<60 {
      let simulation = try Simulation(fleet: RandomFleet(seed: seed), seed: seed)
      var random = SeededRandom(seed: seed ^ 0xfa17)
      for pass in 0..<3 {
        Faults.strike(simulation, &random)
        do {
          let result = try await simulation.pass(stopAt: pass == 0 ? random.below(8) : nil)
          recovered += result.recovered.count
          blocked += result.plan.blocked.count
          for machine in result.recovered + result.moves {
            if let mode = machine.operation.move?.mode { modes[mode, default: 0] += 1 }
            if let state = machine.endState { ends[state, default: 0] += 1 }
          }
        } catch is SimulatedCrash {} catch Refusal.anotherWriter where simulation.foreign != nil {}
        simulation.clock.advance(milliseconds: 120_000)
      }
    }
    for mode in MigrationMode.allCases { #expect(modes[mode, default: 0] > 0, "no \(mode) move in 60 fleets") }
    for state in [OperationRecord.State.succeeded, .rolledBack, .failed] { #expect(ends[state, default: 0] > 0, "no move ended \(state)") }
    #expect(recovered > 0 && blocked > 0)
  }
}
