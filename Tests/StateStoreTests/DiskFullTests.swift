import Fleet
import StateStore
import Testing

@Suite struct DiskFullTests {
  @Test func aFullDiskUndoesTheAppendAndLeavesTheDatabaseUsable() throws {
    let folder = try ScratchFolder()
    let path = folder.file("reconcile.db")
    do {
      let store = try StateStore(path: path, access: .readWrite, maximumBytes: 400_000)
      var written = 0
      var error: StateStoreError?
      while error == nil && written < 1000 {
        let id = OperationID("w-\(written)")
        error = failure { () throws(StateStoreError) in try store.append([Sample.move(id, .queued), Sample.step("i", of: id, .intended)]) }
        if error == nil { written += 1 }
      }
      #expect(error?.code == .diskFull)
      #expect(error?.text == "cannot write \(path): the disk is full, or the database has reached its limit")
      #expect(error?.hint == "free some space there; the change that did not fit was undone as a whole, the rest of the state is intact")
      #expect(written > 10)
      let open = try store.openOperations()
      #expect(open.count == written)
      #expect(open.allSatisfy { $0.steps.count == 1 })
      try store.bind(fleet: "demo")
    }
    let roomy = try StateStore(path: path, access: .readWrite)
    let count = try roomy.openOperations().count
    try roomy.append([Sample.move("next", .queued)])
    #expect(try roomy.openOperations().count == count + 1)
  }

  @Test func anObservationThatDoesNotFitChangesNothing() throws {
    let store = try StateStore(path: ":memory:", access: .inMemory, maximumBytes: 400_000)
    let small = Sample.cell([[1]])
    try store.record(Observation(at: .start, cells: [small]), fingerprints: ["east": "f1"])
    let large = Observation(at: .start.seconds(1), cells: [Sample.cell((0..<200).map { host in (0..<10).map { host * 10 + $0 } })])
    let error = failure { () throws(StateStoreError) in try store.record(large, fingerprints: ["east": "f2"]) }
    #expect(error?.code == .diskFull)
    #expect(try store.latestObservation("east")?.observation == small)
    #expect(try store.observationCount("east") == 1)
  }
}
