package import Fleet
import GRDB

extension StateStore {
  /// All that was counted since the database was made, or brought up to the version that counts.
  package func tallies() throws(StateStoreError) -> [Tally] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT name, labels, sum, count FROM tally ORDER BY name, labels LIMIT ?", arguments: [StateLimits.talliesMax]
      )
      .compactMap { row in
        // A name of a later version is none of ours.
        guard let name = Tally.Name(rawValue: row[0]) else { return nil }
        return Tally(name, try StoredJSON.value([String: String].self, from: row[1]), sum: row[2], count: row[3])
      }
    }
  }
}

extension Database {
  /// Beyond `StateLimits.talliesMax` different ones nothing new is counted: labels are of cells, modes and results, which are few.
  func add(_ tallies: [Tally]) throws {
    for tally in tallies {
      let labels = try StoredJSON.text(of: tally.labels)
      try execute(
        sql: "UPDATE tally SET sum = sum + ?, count = count + ? WHERE name = ? AND labels = ?",
        arguments: [tally.sum, tally.count, tally.name.rawValue, labels])
      if changesCount > 0 { continue }
      try execute(
        sql: "INSERT INTO tally (name, labels, sum, count) SELECT ?, ?, ?, ? WHERE (SELECT count(*) FROM tally) < ?",
        arguments: [tally.name.rawValue, labels, tally.sum, tally.count, StateLimits.talliesMax])
    }
  }
}
