import GRDB

extension StateStore {
  /// What was drawn with the lease of this epoch; nil: no such lease was taken.
  package func run(of epoch: Int) throws(StateStoreError) -> String? {
    try read { db in try String.fetchOne(db, sql: "SELECT token FROM run WHERE epoch = ?", arguments: [epoch]) }
  }

  /// What was drawn with all leases that are remembered; `StateLimits.runsMax` at most.
  package func runs() throws(StateStoreError) -> Set<String> {
    try read { db in Set(try String.fetchAll(db, sql: "SELECT token FROM run")) }
  }

  /// Draws what marks of this lease carry, in the transaction that takes it.
  static func draw(_ db: Database, epoch: Int) throws {
    var generator = SystemRandomNumberGenerator()
    let token = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
    try db.execute(sql: "INSERT OR REPLACE INTO run (epoch, token) VALUES (?, ?)", arguments: [epoch, token])
    try db.execute(sql: "DELETE FROM run WHERE epoch <= ?", arguments: [epoch - StateLimits.runsMax])
  }
}
