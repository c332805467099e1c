import Fleet
import GRDB

/// The observations of one cell, inside one transaction.
struct ObservationTable {
  struct Entry {
    var number: Int
    var fingerprint: String
    var lastSeen: Timestamp
  }

  private let db: Database
  private let cell: String
  private let name: CellName

  init(_ db: Database, _ cell: CellName) {
    self.db = db
    self.cell = cell.rawValue
    name = cell
  }

  func newest() throws -> Entry? {
    let sql = "SELECT number, fingerprint, last_seen FROM observation WHERE cell = ? ORDER BY number DESC LIMIT 1"
    return try Row.fetchOne(db, sql: sql, arguments: [cell]).map { row in
      Entry(number: row[0], fingerprint: row[1], lastSeen: Timestamp(milliseconds: row[2]))
    }
  }

  func number(fingerprint: String) throws -> Int? {
    try Int.fetchOne(db, sql: "SELECT max(number) FROM observation WHERE cell = ? AND fingerprint = ?", arguments: [cell, fingerprint])
  }

  func observation(_ number: Int) throws -> CellObservation {
    let sql = "SELECT json FROM host_version WHERE cell = ? AND first <= ? AND (last IS NULL OR last >= ?)"
    var records: [HostRecord] = []
    let rows = try String.fetchCursor(db, sql: sql, arguments: [cell, number, number])
    while let json = try rows.next() { records.append(try StoredJSON.value(HostRecord.self, from: json)) }
    return CellRecords.join(name, records)
  }

  func record(_ observed: CellObservation, fingerprint: String, at: Timestamp) throws {
    let newest = try newest()
    if let newest, newest.fingerprint == fingerprint {
      try db.execute(
        sql: "UPDATE observation SET last_seen = max(last_seen, ?) WHERE cell = ? AND number = ?",
        arguments: [at.milliseconds, cell, newest.number])
    } else {
      let number = (newest?.number ?? 0) + 1
      try db.execute(
        sql: "INSERT INTO observation (cell, number, fingerprint, first_seen, last_seen) VALUES (?, ?, ?, ?, ?)",
        arguments: [cell, number, fingerprint, at.milliseconds, at.milliseconds])
      try storeVersions(CellRecords.split(observed), number: number, previouslySeen: newest?.lastSeen ?? at)
      try prune(newest: number, at: at)
    }
    try Leftovers.store(observed, db)
    // Whoever called a host forgotten was wrong if it answers.
    try db.execute(
      sql: "UPDATE host_version SET forgotten = 0 WHERE cell = ? AND forgotten = 1 AND last IS NULL AND reachable = 1", arguments: [cell])
  }

  private func storeVersions(
    _ records: [(host: HostName, record: HostRecord)], number: Int, previouslySeen: Timestamp
  ) throws {
    var current = try currentDigests()
    let insertion = try db.cachedStatement(
      sql: "INSERT INTO host_version (cell, host, first, reachable, guests, digest, json) VALUES (?, ?, ?, ?, ?, ?, ?)")
    var writer = JSONWriter()
    for (host, record) in records {
      writer.reset()
      record.write(to: &writer, gauges: false)
      let digest = hexDigest(of: writer.bytes)
      if let known = current.removeValue(forKey: host.rawValue) {
        if known.digest == digest { continue }
        try end(known.id, number: number - 1, lastSeen: previouslySeen)
      }
      writer.reset()
      record.write(to: &writer, gauges: true)
      let reachable = record.host?.reachable ?? true
      try insertion.execute(arguments: [
        cell, host.rawValue, number, reachable, record.instances.count, digest, String(decoding: writer.bytes, as: UTF8.self),
      ])
    }
    for gone in current.values { try end(gone.id, number: number - 1, lastSeen: previouslySeen) }
  }

  private func currentDigests() throws -> [String: (id: Int, digest: String)] {
    var current: [String: (id: Int, digest: String)] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT host, id, digest FROM host_version WHERE cell = ? AND last IS NULL", arguments: [cell])
    while let row = try rows.next() { current[row[0]] = (id: row[1], digest: row[2]) }
    return current
  }

  private func end(_ version: Int, number: Int, lastSeen: Timestamp) throws {
    let update = try db.cachedStatement(sql: "UPDATE host_version SET last = ?, last_seen = ? WHERE id = ?")
    try update.execute(arguments: [number, lastSeen.milliseconds, version])
  }

  /// Removes observations beyond the limits of number and age, never the newest, and host versions that nothing needs any more.
  private func prune(newest: Int, at: Timestamp) throws {
    let oldestSeen = at.adding(milliseconds: -StateLimits.observationAgeMillisecondsMax).milliseconds
    let firstYoung = try Int.fetchOne(
      db, sql: "SELECT min(number) FROM observation WHERE cell = ? AND last_seen >= ?", arguments: [cell, oldestSeen])
    let kept = min(newest, max(firstYoung ?? newest, newest - StateLimits.observationsMax + 1))
    try db.execute(sql: "DELETE FROM observation WHERE cell = ? AND number < ?", arguments: [cell, kept])
    if db.changesCount == 0 { return }
    let sql = """
      DELETE FROM host_version AS old WHERE cell = ? AND last < ? AND (reachable = 0 OR forgotten = 1 OR EXISTS (
        SELECT 1 FROM host_version AS newer
        WHERE newer.cell = old.cell AND newer.host = old.host AND newer.first > old.first AND newer.reachable = 1))
      """
    try db.execute(sql: sql, arguments: [cell, kept])
  }

  private func hexDigest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.hexDigest()
  }
}
