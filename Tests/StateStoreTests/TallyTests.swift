import Fleet
import StateStore
import Testing

/// What is counted is counted once, in the transaction that ends it, and outlives the journal.
@Suite struct TallyTests {
  private let folder: ScratchFolder
  private let path: String
  private let store: StateStore

  init() throws {
    folder = try ScratchFolder()
    path = folder.file("reconcile.db")
    store = try StateStore(path: path, access: .readWrite)
  }

  private func moves(_ state: String) throws -> Double {
    try store.tallies().filter { $0.name == .moves && $0.labels["result"] == state }.reduce(0) { $0 + $1.sum }
  }

  @Test func aMoveIsCountedWhenItEndsAndOnlyThen() throws {
    try store.append([Sample.move("w-1", .queued, at: .start)])
    try store.append([Sample.move("w-1", .running, at: .start)])
    #expect(try store.tallies() == [])
    try store.append([Sample.move("w-1", .succeeded, at: .start.seconds(9))])
    #expect(try moves("succeeded") == 1)
    let took = try #require(try store.tallies().first { $0.name == .moveSeconds })
    #expect(took.sum == 9 && took.count == 1)
    // A later record of one that has ended, such as a person's word, ends it no second time.
    try store.append([Sample.move("w-1", .succeeded, at: .start.seconds(20))])
    #expect(try moves("succeeded") == 1)
    try store.append([Sample.move("w-2", .queued, at: .start), Sample.move("w-2", .failed, at: .start.seconds(5))])
    #expect(try moves("failed") == 1)
    #expect(try store.tallies().first { $0.name == .moveSeconds }?.count == 1, "what failed tells nothing of how long moves take")
  }

  @Test func whatIsCountedOutlivesTheJournal() throws {
    try store.append([Sample.move("w-1", .queued, at: .start), Sample.move("w-1", .succeeded, at: .start)])
    try store.append([Sample.move("w-2", .queued, at: .start.days(40)), Sample.move("w-2", .succeeded, at: .start.days(40))])
    #expect(try store.operation("w-1") == nil, "it was pruned")
    #expect(try moves("succeeded") == 2)
    #expect(try StateStore(path: path, access: .readOnly).tallies() == store.tallies())
  }

  @Test func passesAreCountedByExitStatus() throws {
    for exit in [0, 3, 0] {
      var pass = PassRecord(fleet: "f", revision: "r", startedAt: .start, dryRun: false)
      pass.id = try store.begin(pass)
      (pass.endedAt, pass.exitCode) = (.start.seconds(2), exit)
      try store.end(pass)
    }
    let passes = try store.tallies().filter { $0.name == .passes }
    #expect(passes.map(\.labels) == [["exit": "0"], ["exit": "3"]] && passes.map(\.sum) == [2, 1])
    #expect(try store.tallies().first { $0.name == .passSeconds }?.sum == 6)
  }
}
