package import Fleet
import GRDB

extension StateStore {
  /// Remembers what a look at the fleet showed.
  ///
  /// A cell whose fingerprint is that of its newest observation only has its `lastSeen` moved on; else the hosts that changed get a new
  /// version. Gauges are stored with a new version and never by themselves; leftovers, which are in no fingerprint, always.
  /// `fingerprints` must name every cell.
  package func record(_ observation: Observation, fingerprints: [CellName: String]) throws(StateStoreError) {
    try write { db in
      for cell in observation.cells {
        guard let fingerprint = fingerprints[cell.name] else { preconditionFailure("no fingerprint for cell \(cell.name)") }
        try ObservationTable(db, cell.name).record(cell, fingerprint: fingerprint, at: observation.at)
      }
    }
  }

  /// The newest observation of a cell, with what each host had lying about when it last answered, and when it was last seen so. Decodes all of it: seconds for 100,000 instances.
  package func latestObservation(_ cell: CellName) throws(StateStoreError) -> (observation: CellObservation, at: Timestamp)? {
    try read { db in
      let table = ObservationTable(db, cell)
      guard let newest = try table.newest() else { return nil }
      var observation = try table.observation(newest.number)
      observation.leftovers = try Leftovers.stored(cell, db)
      return (observation, newest.lastSeen)
    }
  }

  /// The newest stored observation of a cell that has this fingerprint, with the gauges of when its hosts last changed.
  package func observation(_ cell: CellName, fingerprint: String) throws(StateStoreError) -> CellObservation? {
    try read { db in
      let table = ObservationTable(db, cell)
      return try table.number(fingerprint: fingerprint).map { try table.observation($0) }
    }
  }

  /// How many observations of a cell are kept.
  package func observationCount(_ cell: CellName) throws(StateStoreError) -> Int {
    try read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM observation WHERE cell = ?", arguments: [cell.rawValue]) ?? 0 }
  }
}
