import Foundation

extension LabFleet {
  /// Runs the program and kills it the moment its journal has that record, given as `lab/after-journal` takes it (`disable:done`, a number).
  package func killed(after record: String) async throws {
    let program = try start("--yes")
    guard try await strike(program, after: record) else {
      throw LabError("it ended before its journal had \(record): \(try await program.wait(within: .seconds(10)))")
    }
    let ended = try await program.wait(within: .seconds(10))
    guard ended.status == -9 else { throw LabError("it ended by itself: \(ended)") }
  }

  /// Runs a command (none: kills the program) the moment the journal of a running program has that record; false if the program ended before. What the command is aimed at
  /// may not be there at that moment: that it fails is no error.
  package func strike(_ program: Running, after record: String, _ command: [String] = []) async throws -> Bool {
    let watcher = try Running(
      "/usr/bin/python3", [Lab.root.appending(path: "lab/after-journal").path, database.path, record, "\(program.pid)"] + command)
    let ended = try await watcher.wait(within: .seconds(200))
    guard !ended.errors.contains("after-journal:") else { throw LabError("after \(record): \(ended)") }
    return ended.status != 3
  }

  /// What the journal says, a line a record, for the report of a test that failed.
  package func journal() async throws -> String {
    let query = """
      SELECT number || ' ' || move || ' ' || coalesce((SELECT key FROM json_each(journal.json, '$.step._0.step.action')), 'move') || ' ' || state
        || ' ' || coalesce(json_extract(json, '$.step._0.detail'), json_extract(json, '$.move._0.detail'), '') FROM journal
      """
    let script = "import sqlite3, sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(row[0][:200])"
    return try await Running("/usr/bin/python3", ["-c", script, database.path, query]).wait(within: .seconds(10)).output
  }
}
