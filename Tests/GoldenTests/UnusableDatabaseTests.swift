import Foundation
import Testing

/// A database that cannot be used refuses the run before anything is done.
@Suite struct UnusableDatabaseTests {
  @Test(arguments: [
    (
      "this is no database, it is a note of some length to be found here by mistake",
      """
      error: state/reconcile.db is damaged or not a state database: file is not a database
        hint: restore it from a backup, or name another file with --state; what a new one does not know is in state/README.md

      """
    )
  ])
  func isNamedAndLeftAlone(content: String, message: String) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    try program.write(content, to: "state/reconcile.db")
    for arguments in [["--yes"], ["--dry-run"], ["status"], ["history"]] {
      let ended = try program.start(arguments).wait()
      #expect(ended.status == 4, "\(arguments)")
      #expect(ended.errors == message, "\(arguments)")
    }
    #expect(try String(contentsOf: program.folder.appending(path: "state/reconcile.db"), encoding: .utf8) == content)
    #expect(try program.run("--dry-run", "--detailed-exitcode", "--state", "none.db").status == 2, "nothing was moved")
  }

  @Test func readingWhatIsNotThereSaysSo() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let ended = try program.run("history")
    #expect(ended.status == 4)
    #expect(
      ended.errors == "error: there is no state at state/reconcile.db\n  hint: the first `reconcile` that is not a dry run makes it\n")
  }
}
