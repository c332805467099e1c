import Fleet
import Foundation
import Planning
import Reporting
import StateStore
import Testing

@testable import Reconciler

/// What the planner could not plan is saved as it was seen, and the plan says where.
@Suite struct PlanningFailureTests {
  /// What the lab shows, and a plan of it in which its only cell failed.
  private func failed() async throws -> (pass: Pass, seen: Observation, plan: Plan) {
    let lab = try Lab()
    let seen = try await lab.pass.preview(lab.keeper, snapshot: nil).observation
    let input = PlanningInput(desired: lab.desired, revision: "r1", observation: seen, now: Lab.now)
    let plan = countedPlan(input, failing: ["east": "two answers to one question"]).plan
    #expect(plan.blocked.contains { $0.reason == .planningFailed && $0.cell == "east" })
    return (lab.pass, seen, plan)
  }

  private func inFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "reconcile-failed-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.appending(path: "state.db").path)
  }

  @Test func itIsSavedBesideTheState() async throws {
    try await inFolder { path in
      let (pass, seen, plan) = try await failed()
      let keeper = StateKeeper(try StateStore(path: path, access: .readWrite))
      let file = path + Pass.failureFileSuffix
      // The second time over the first.
      for _ in 0..<2 {
        let told = await pass.withFailureSaved(plan, seen, keeper)
        #expect(told.warnings == plan.warnings + ["the planner failed for east; what it saw is saved as \(file)"])
        #expect(try JSONText.decode(Observation.self, from: try String(contentsOfFile: file, encoding: .utf8)) == seen)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600, "it names guests")
      }
    }
  }

  @Test func whereItCannotBeSavedThePlanSaysSo() async throws {
    try await inFolder { path in
      let (pass, seen, plan) = try await failed()
      let keeper = StateKeeper(try StateStore(path: path, access: .readWrite))
      let file = path + Pass.failureFileSuffix
      try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: path + ".elsewhere")
      let told = await pass.withFailureSaved(plan, seen, keeper)
      #expect(told.warnings.last?.contains("could not be saved as \(file)") == true, "\(told.warnings)")
      #expect(!FileManager.default.fileExists(atPath: path + ".elsewhere"), "nothing is written through a link")
    }
    let (pass, seen, plan) = try await failed()
    let told = await pass.withFailureSaved(plan, seen, nil)
    #expect(told.warnings.last == "the planner failed for east; save what it saw with 'reconcile snapshot'")
  }

  @Test func aPlanThatDidNotFailIsAsItWas() async throws {
    let lab = try Lab()
    let result = try await lab.pass.preview(lab.keeper, snapshot: nil)
    #expect(await lab.pass.withFailureSaved(result.plan, result.observation, nil) == result.plan)
  }
}
