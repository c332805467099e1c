/// A destination that an instance could not be moved to, and why: avoided while another will do.
package struct FailedPair: Sendable, Equatable, Codable {
  package var cell: CellName
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var host: HostName
  package var blame: Blame
  /// Why the last move there failed.
  package var text: String
  package var at: Timestamp
  /// How often in a row, from 1.
  package var failures: Int
  /// Not tried there again before, whatever else there is.
  package var until: Timestamp
  /// What was known of both when it failed, as one hash; when that changes, the failure says nothing any more. Nil: not known.
  package var facts: String?

  package init(
    cell: CellName, instance: InstanceName, uuid: InstanceUUID, host: HostName, blame: Blame, text: String, at: Timestamp,
    failures: Int = 1,
    until: Timestamp? = nil, facts: String? = nil
  ) {
    self.cell = cell
    self.instance = instance
    self.uuid = uuid
    self.host = host
    self.blame = blame
    self.text = text
    self.at = at
    self.failures = failures
    self.until = until ?? at
    self.facts = facts
  }
}
