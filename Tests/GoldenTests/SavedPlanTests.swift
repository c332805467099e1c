import Foundation
import Testing

/// A saved plan is carried out exactly, or refused with exit 4 naming what differs.
@Suite struct SavedPlanTests {
  @Test func aPlanThatStillFitsIsCarriedOut() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    #expect(try program.run("--dry-run", "--out", "plan.json").status == 0)
    let ended = try program.run("--plan", "plan.json", "--yes")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains("2 moves: 2 succeeded"))
    let again = try program.run("--plan", "plan.json", "--yes")
    #expect(again.status == 4)
    #expect(again.errors.contains("the saved plan no longer fits; nothing was done"))
    #expect(again.errors.contains("web-2 is on node3, it was on node2"), "\(again.errors)")
  }

  @Test func changedManifestsRefuseIt() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    #expect(try program.run("--dry-run", "--out", "plan.json").status == 0)
    try program.write(
      "apiVersion: reconcile/v1\nkind: Host\nmetadata: {name: node9}\nspec: {cell: lab}\n", to: "manifests/one-more.yaml")
    let ended = try program.run("--plan", "plan.json", "--yes")
    #expect(ended.status == 4)
    #expect(ended.errors.contains("the manifests are at content-"), "\(ended.errors)")
    #expect(try program.run("--dry-run", "--detailed-exitcode", "--output", "json").output.contains("\"web-2\""), "nothing was moved")
  }

  @Test func theRevisionIsTheCommitOfTheManifests() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    func revision() throws -> String? {
      let plan = try program.run("--dry-run", "--output", "json").output
      return (try JSONSerialization.jsonObject(with: Data(plan.utf8)) as? [String: Any])?["revision"] as? String
    }
    #expect(try revision()?.hasPrefix("content-") == true)
    _ = try program.git("init", "-q")
    _ = try program.git("add", "manifests")
    _ = try program.git("commit", "-qm", "fleet")
    let commit = try program.git("rev-parse", "HEAD")
    #expect(try revision() == commit)
    try program.write("# a word\n", to: "manifests/note.yaml")
    #expect(try revision() == "\(commit)-dirty")
  }
}
