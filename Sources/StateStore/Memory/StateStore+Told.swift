package import Fleet
import GRDB

extension StateStore {
  /// Those of the notifications that the target was not told yet.
  package func untold(_ notifications: [Notification], to target: String) throws(StateStoreError) -> [Notification] {
    try read { db in
      try notifications.filter { notification in
        try !Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM told WHERE target = ? AND revision = ? AND event = ? AND name = ?)",
          arguments: [target, notification.revision, notification.event.rawValue, notification.name])!
      }
    }
  }

  /// Remembers that the target was told, or was given up; the oldest beyond `StateLimits.toldMax` are forgotten.
  package func markTold(_ notification: Notification, to target: String) throws(StateStoreError) {
    try write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO told (target, revision, event, name, at) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          target, notification.revision, notification.event.rawValue, notification.name, notification.at.milliseconds,
        ])
      try db.execute(
        sql: "DELETE FROM told WHERE id <= (SELECT max(id) FROM told) - ?", arguments: [StateLimits.toldMax])
    }
  }
}
