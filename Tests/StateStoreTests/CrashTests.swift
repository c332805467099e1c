import Fleet
import Glibc
import StateStore
import Testing

/// What was appended is there after `kill -9` and after a log torn at any byte.
@Suite struct CrashTests {
  private let folder: ScratchFolder
  private let path: String

  init() throws {
    folder = try ScratchFolder()
    path = folder.file("reconcile.db")
  }

  @Test(arguments: [1, 2, 17])
  func everyAppendBeforeAKillIsThere(appends: Int) async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, appends = appends as Int] in
      let store = try StateStore(path: path, access: .readWrite)
      for number in 1...appends {
        try store.append([Sample.move(OperationID("w-\(number)"), .queued), Sample.step("i1", of: OperationID("w-\(number)"), .intended)])
      }
      kill(getpid(), SIGKILL)
    }
    let open = try StateStore(path: path, access: .readWrite).openOperations()
    #expect(open.map(\.record.id) == (1...appends).map { OperationID("w-\($0)") })
    #expect(open.allSatisfy { $0.steps.map(\.state) == [.intended] })
  }

  @Test func aReaderSeesWhatAKilledWriterLeft() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let store = try StateStore(path: path, access: .readWrite)
      try store.append([Sample.move("w-1", .queued)])
      kill(getpid(), SIGKILL)
    }
    #expect(try StateStore(path: path, access: .readOnly).openOperations().map(\.record.id) == ["w-1"])
  }

  /// A power cut may leave any prefix of the log: whole appends survive, from the first on, or none of them.
  @Test(arguments: 0..<20)
  func aTornLogKeepsWholeAppends(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let appends = Int.random(in: 1...12, using: &generator)
    let before: [UInt8]
    do {
      _ = try StateStore(path: path, access: .readWrite)
      before = bytes(of: path)
    }
    let store = try StateStore(path: path, access: .readWrite)
    for number in 1...appends {
      let id = OperationID("w-\(number)")
      try store.append([Sample.move(id, .queued), Sample.step("i1", of: id, .intended), Sample.move(id, .running)])
    }
    let log = bytes(of: path + "-wal")
    try #require(bytes(of: path) == before, "the log was not yet copied into the file")
    let torn = folder.file("torn.db")
    for cut in [log.count, 0] + (0..<10).map({ _ in Int.random(in: 0...log.count, using: &generator) }) {
      try write(before, to: torn)
      try write(Array(log[..<cut]), to: torn + "-wal")
      let moves = try StateStore(path: torn, access: .readWrite).openOperations()
      #expect(moves.map(\.record.id) == (0..<moves.count).map { OperationID("w-\($0 + 1)") }, "seed \(seed), cut at \(cut)")
      #expect(moves.allSatisfy { $0.steps.count == 1 && $0.record.state == .running }, "seed \(seed), cut at \(cut)")
      if cut == log.count { #expect(moves.count == appends, "seed \(seed)") }
    }
  }
}
