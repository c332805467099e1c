import Foundation
import PlannerBenchmark
import Testing

/// Whole runs, from the file to the plan, replayed by the benchmark's own checker.
@Suite(.enabled(if: Scripts.hasPython, "python3 is not installed")) struct BenchmarkRunTests {
  private static let steps = 4_000_000

  /// An instance with its optimum, found by an exact solver that shares no code with the planner.
  struct Known: Sendable, CustomTestStringConvertible {
    var family: String
    var size: String
    var options: [String] = []
    var objective = BenchmarkObjective.moves
    var optimum: Int
    var testDescription: String { ([family, size] + options + [objective.rawValue]).joined(separator: " ") }
  }

  static let known = [
    Known(family: "F1", size: "S", optimum: 7), Known(family: "F1", size: "L", optimum: 74),
    Known(family: "F2", size: "XS", optimum: 5), Known(family: "F2", size: "S", optimum: 12), Known(family: "F2", size: "M", optimum: 28),
    Known(family: "F2", size: "S", options: ["--sizes", "irregular"], optimum: 10),
    Known(family: "F3", size: "S", optimum: 18), Known(family: "F3", size: "M", optimum: 76),
    Known(family: "F4", size: "S", optimum: 19),
    Known(family: "F5", size: "S", optimum: 9), Known(family: "F5", size: "S", objective: .cost, optimum: 1480),
    Known(family: "F7", size: "S", optimum: 7),
  ]

  @Test(arguments: known) func knownOptimaAreReachedAndNoBoundIsAboveThem(known: Known) async throws {
    let folder = try TemporaryFolder()
    let path = try await Scripts.generate(known.family, known.size, seed: 1, known.options, in: folder)
    let instance = try InstanceFile.instance(at: path)
    var run = BenchmarkRun(known.objective, seed: 1, steps: Self.steps)
    let planned = run.plan(instance)
    #expect(planned.plan.status == .ok)
    #expect(planned.plan.value == known.optimum)
    #expect(planned.plan.lowerBound <= known.optimum)
    #expect(planned.plan.certificate.value == planned.plan.lowerBound)
    let text = PlanWriter(planned.plan, of: instance, planned.problem).text()
    let verdict = try await Scripts.verify(text, of: path, in: folder)
    #expect(verdict.valid, "\(verdict.messages)")
    #expect(verdict.moves == planned.plan.moves.count && verdict.makespan == planned.plan.makespan)
    #expect((known.objective == .moves ? verdict.moves : verdict.cost) == known.optimum)
    #expect(try await Scripts.isProvedAgain(text, of: path, in: folder))
  }

  @Test(arguments: zip(0..<7, ["ram", "storage", "cell", "group", "pin", "aggregate-ram", "deadlock"]))
  func whatHasNoPlanIsSaidToHaveNone(seed: Int, reason: String) async throws {
    let folder = try TemporaryFolder()
    let path = try await Scripts.generate("F6", "S", seed: seed, in: folder)
    let instance = try InstanceFile.instance(at: path)
    var run = BenchmarkRun(.moves, seed: 1, steps: Self.steps)
    let planned = run.plan(instance)
    guard case .infeasible(let infeasibility) = planned.plan.status else {
      Issue.record("\(planned.plan.status)")
      return
    }
    #expect(infeasibility.reason.rawValue == reason)
    #expect(!infeasibility.why.isEmpty)
    let verdict = try await Scripts.verify(PlanWriter(planned.plan, of: instance, planned.problem).text(), of: path, in: folder)
    #expect(verdict.valid, "\(verdict.messages)")
  }

  @Test(arguments: ["F2", "F4", "F5"]) func theSameInstanceGivesTheSamePlan(family: String) async throws {
    let folder = try TemporaryFolder()
    let instance = try InstanceFile.instance(at: try await Scripts.generate(family, "S", seed: 2, in: folder))
    let texts = (0..<2).map { _ in
      var run = BenchmarkRun(.moves, seed: 1, steps: 200_000)
      let planned = run.plan(instance)
      return PlanWriter(planned.plan, of: instance, planned.problem).text()
    }
    #expect(texts[0] == texts[1])
  }

  @Test(arguments: ["F1", "F2"]) func planningAgainAfterAnEventIsAsGoodAsPlanningAnew(family: String) async throws {
    let folder = try TemporaryFolder()
    let path = try await Scripts.generate(family, "M", seed: 1, in: folder)
    let instance = try InstanceFile.instance(at: path)
    let fresh = { BenchmarkRun(.moves, seed: 1, steps: Self.steps) }
    var run = fresh()
    _ = run.plan(instance)
    let host = try #require(NextEvent.host(of: instance))
    let replan = Replan(instance, host: host, run, fresh: fresh)
    #expect(replan.again.plan.status == .ok)
    #expect(replan.again.plan.value == replan.anew.plan.value)
    #expect(replan.again.plan.moves.count { $0.from == host } == instance.vms.count { $0.host == host })
  }
}
