package import Fleet
import GRDB

/// What a cell was like before it last changed, as far as that tells what happened to a guest.
package struct Before: Sendable, Equatable {
  package struct Running: Sendable, Equatable {
    package var host: HostName
    /// When it was last seen so.
    package var at: Timestamp
  }

  /// The uuid that each name stood for.
  package var uuids: [InstanceName: InstanceUUID] = [:]
  /// Where each guest was last seen running.
  package var running: [InstanceUUID: Running] = [:]
}

extension StateStore {
  /// Host versions looked through; what changed longer ago is nobody's riddle any more.
  private static let versionsSearchedMax = 50
  /// Names that are searched for each by itself, through all that is stored.
  package static let namesSearchedMax = 5

  /// What the versions of hosts that ended last showed, and what `missing` names stood for last, however long ago.
  package func before(_ cell: CellName, missing: [InstanceName]) throws(StateStoreError) -> Before {
    try read { db in
      var found = Before()
      func names(_ json: String, at: Timestamp?) throws {
        for instance in try StoredJSON.value(HostRecord.self, from: json).instances {
          if found.uuids[instance.name] == nil { found.uuids[instance.name] = instance.uuid }
          guard let at, let host = instance.host, instance.power == .running, found.running[instance.uuid] == nil else { continue }
          found.running[instance.uuid] = Before.Running(host: host, at: at)
        }
      }
      let ended = "SELECT json, last_seen FROM host_version WHERE cell = ? AND last IS NOT NULL AND guests > 0 ORDER BY last DESC LIMIT ?"
      for row in try Row.fetchAll(db, sql: ended, arguments: [cell.rawValue, Self.versionsSearchedMax]) {
        let at: Int? = row[1]
        try names(row[0], at: at.map(Timestamp.init(milliseconds:)))
      }
      for name in missing.prefix(Self.namesSearchedMax) where found.uuids[name] == nil {
        let sql = "SELECT json FROM host_version WHERE cell = ? AND instr(json, ?) > 0 ORDER BY first DESC LIMIT 1"
        if let json = try String.fetchOne(db, sql: sql, arguments: [cell.rawValue, "\"name\":\"\(name)\""]) { try names(json, at: nil) }
      }
      return found
    }
  }
}
