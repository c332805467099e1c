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

  /// The guests last seen on each host, but for the hosts in `declared` (all of which are skipped without being read).
  ///
  /// A guest that a look since showed active on another host is in `activeElsewhere` and left out: it has moved. Names are sorted; hosts
  /// without guests and forgotten ones do not appear.
  package func hostsWithGuests(
    _ cell: CellName, except declared: Set<HostName> = [], activeElsewhere: Set<InstanceUUID> = []
  ) throws(StateStoreError) -> [HostName: [InstanceName]] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT id, host FROM host_version AS known WHERE cell = ? AND reachable = 1 AND forgotten = 0 AND guests > 0 AND host <> ''
          AND first = (SELECT max(first) FROM host_version AS newer
            WHERE newer.cell = known.cell AND newer.host = known.host AND newer.reachable = 1)
          """, arguments: [cell.rawValue])
      var guests: [HostName: [InstanceName]] = [:]
      for row in rows {
        let host = HostName(row[1])
        if declared.contains(host) { continue }
        let id: Int = row[0]
        guard let json = try String.fetchOne(db, sql: "SELECT json FROM host_version WHERE id = ?", arguments: [id]) else { continue }
        let record = try StoredJSON.value(HostRecord.self, from: json)
        let names = record.instances.filter { !activeElsewhere.contains($0.uuid) }.map(\.name).sorted()
        if !names.isEmpty { guests[host] = names }
      }
      return guests
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
