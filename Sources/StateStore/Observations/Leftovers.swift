import Fleet
import GRDB

/// What was found lying about on each host, as of when it last answered; only the newest is kept.
enum Leftovers {
  /// Hosts that do not answer keep what they had; hosts that are not declared any more have none.
  static func store(_ cell: CellObservation, _ db: Database) throws {
    let found = Dictionary(grouping: cell.leftovers, by: \.host)
    let silent = Set(cell.hosts.filter { !$0.reachable }.map(\.name.rawValue))
    let known = try Row.fetchAll(db, sql: "SELECT host, json FROM leftovers WHERE cell = ?", arguments: [cell.name.rawValue])
    var stored = Dictionary(known.map { ($0[0] as String, $0[1] as String) }, uniquingKeysWith: { first, _ in first })
    for (host, leftovers) in found {
      let json = try StoredJSON.text(of: Array(leftovers.prefix(StateLimits.leftoversPerHostMax)))
      if stored.removeValue(forKey: host.rawValue) == json { continue }
      try db.execute(
        sql: "INSERT OR REPLACE INTO leftovers (cell, host, json) VALUES (?, ?, ?)", arguments: [cell.name.rawValue, host.rawValue, json])
    }
    for host in stored.keys where !silent.contains(host) {
      try db.execute(sql: "DELETE FROM leftovers WHERE cell = ? AND host = ?", arguments: [cell.name.rawValue, host])
    }
  }

  /// Sorted by host, kind, then name.
  static func stored(_ cell: CellName, _ db: Database) throws -> [Leftover] {
    try String.fetchAll(db, sql: "SELECT json FROM leftovers WHERE cell = ? ORDER BY host", arguments: [cell.rawValue]).flatMap {
      try StoredJSON.value([Leftover].self, from: $0)
    }
  }
}
