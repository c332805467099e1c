package import Fleet
import GRDB

/// An instance as its host last showed it.
package struct LastSeenInstance: Sendable, Equatable {
  package var host: HostName
  package var instance: InstanceObservation
  /// When the host last showed it so.
  package var at: Timestamp
}

extension StateStore {
  /// The instances that each of these hosts showed when it last answered; by host as given, then by uuid.
  ///
  /// For hosts that do not answer now: what may still run there must be charged there. Forgotten hosts have none.
  package func instancesLastSeen(_ cell: CellName, on hosts: [HostName]) throws(StateStoreError) -> [LastSeenInstance] {
    try read { db in
      let newest = try ObservationTable(db, cell).newest()
      let statement = try db.cachedStatement(
        sql: """
          SELECT json, last_seen FROM host_version WHERE cell = ? AND host = ? AND reachable = 1 AND forgotten = 0
          ORDER BY first DESC LIMIT 1
          """)
      var found: [LastSeenInstance] = []
      for host in hosts {
        guard let row = try Row.fetchOne(statement, arguments: [cell.rawValue, host.rawValue]), let newest else { continue }
        let record = try StoredJSON.value(HostRecord.self, from: row[0])
        let ended: Int? = row[1]
        let at = ended.map(Timestamp.init(milliseconds:)) ?? newest.lastSeen
        found += record.instances.sorted { $0.uuid < $1.uuid }.map { LastSeenInstance(host: host, instance: $0, at: at) }
      }
      return found
    }
  }

  /// Those of the hosts that showed no guest when they last answered, and when that was; one that never answered is not among them.
  package func emptyWhenLastSeen(_ cell: CellName, _ hosts: [HostName]) throws(StateStoreError) -> [HostName: Timestamp] {
    guard !hosts.isEmpty else { return [:] }
    return try read { db in
      guard let newest = try ObservationTable(db, cell).newest() else { return [:] }
      let statement = try db.cachedStatement(
        sql: """
          SELECT guests, last_seen FROM host_version WHERE cell = ? AND host = ? AND reachable = 1 AND forgotten = 0
          ORDER BY first DESC LIMIT 1
          """)
      var found: [HostName: Timestamp] = [:]
      for host in hosts {
        guard let row = try Row.fetchOne(statement, arguments: [cell.rawValue, host.rawValue]), row[0] == 0 else { continue }
        let ended: Int? = row[1]
        found[host] = ended.map(Timestamp.init(milliseconds:)) ?? newest.lastSeen
      }
      return found
    }
  }

  /// The hosts, declared or not, that showed a guest when they last answered; forgotten ones are left out.
  package func hostsLastShowing(_ uuid: InstanceUUID, in cell: CellName) throws(StateStoreError) -> Set<HostName> {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT host, json FROM host_version AS known WHERE cell = ? AND reachable = 1 AND forgotten = 0 AND guests > 0 AND host <> ''
          AND instr(json, ?) > 0 AND first = (SELECT max(first) FROM host_version AS newer
            WHERE newer.cell = known.cell AND newer.host = known.host AND newer.reachable = 1)
          """, arguments: [cell.rawValue, uuid.rawValue])
      return Set(
        try rows.filter { row in
          try StoredJSON.value(HostRecord.self, from: row[1]).instances.contains { $0.uuid == uuid }
        }.map { HostName($0[0]) })
    }
  }

  /// Hosts that ever answered, but for forgotten ones.
  package func hostsThatAnswered(_ cell: CellName) throws(StateStoreError) -> Set<HostName> {
    try read { db in
      let sql = "SELECT DISTINCT host FROM host_version WHERE cell = ? AND reachable = 1 AND forgotten = 0 AND host <> ''"
      return Set(try String.fetchAll(db, sql: sql, arguments: [cell.rawValue]).map { HostName($0) })
    }
  }

  /// What each host showed when it last answered, but for those named, which are skipped without being read; forgotten ones do not appear.
  package func lastRecords(_ cell: CellName, except named: Set<HostName> = []) throws(StateStoreError) -> [HostName: HostRecord] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT id, host FROM host_version AS known WHERE cell = ? AND reachable = 1 AND forgotten = 0 AND host <> ''
          AND first = (SELECT max(first) FROM host_version AS newer
            WHERE newer.cell = known.cell AND newer.host = known.host AND newer.reachable = 1)
          """, arguments: [cell.rawValue])
      var found: [HostName: HostRecord] = [:]
      for row in rows {
        let (id, host) = (row[0] as Int, HostName(row[1]))
        guard !named.contains(host) else { continue }
        let json = try String.fetchOne(db, sql: "SELECT json FROM host_version WHERE id = ?", arguments: [id])
        found[host] = try json.map { try StoredJSON.value(HostRecord.self, from: $0) }
      }
      return found
    }
  }

  /// Forgets what is known of a host that is gone for good; if it ever answers again, it is known again.
  package func forget(_ host: HostName, in cell: CellName) throws(StateStoreError) {
    try write { db in
      try db.execute(
        sql: "UPDATE host_version SET forgotten = 1 WHERE cell = ? AND host = ?", arguments: [cell.rawValue, host.rawValue])
    }
  }
}
