import Fleet
import Reporting
import StateStore

/// What a watch does while the manifests are invalid: nothing, on the record.
package struct InvalidManifestsPass: Sendable {
  private let database: String
  private let clock: any ReconcilerClock

  package init(database: String, clock: any ReconcilerClock) {
    self.database = database
    self.clock = clock
  }

  /// Writes a pass that did nothing, so that `status` and `history` say so; a database that is not there yet stays so.
  package func record() async throws {
    let store: StateStore
    do {
      _ = try StateStore(path: database, access: .readOnly)
      store = try StateStore(path: database, access: .readWrite)
    } catch let error where error.code == .missing {
      return
    }
    let now = clock.now()
    try await StateKeeper(store).call { store in
      let last = try store.passes(limit: 1).first
      var record = PassRecord(fleet: last?.fleet ?? "", revision: last?.revision ?? "", startedAt: now, endedAt: now, dryRun: false)
      record.exitCode = Int(ExitCode.manifestsInvalid.rawValue)
      record.summary = ExitCode.manifestsInvalid.meaning
      record.id = try store.begin(record)
      try store.end(record)
    }
  }
}
