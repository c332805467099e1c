/// The source of a copied disk, kept for `sourceRetention` and charged until it is deleted.
package struct RetiredDisk: Sendable, Hashable, Codable {
  package var move: MoveID
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var cell: CellName
  package var host: HostName
  package var pool: StorageID
  package var target: String
  /// Name or path of the volume in `pool`; nil: not known.
  package var volume: String?
  package var bytes: Int
  package var retiredAt: Timestamp
  package var deleteAfter: Timestamp
  /// True if the guest ran when it was moved: then it must be seen running before its source goes.
  package var ran: Bool

  package init(
    move: MoveID, instance: InstanceName, uuid: InstanceUUID, cell: CellName, host: HostName, pool: StorageID, target: String,
    volume: String? = nil,
    bytes: Int, retiredAt: Timestamp, deleteAfter: Timestamp, ran: Bool = true
  ) {
    self.move = move
    self.instance = instance
    self.uuid = uuid
    self.cell = cell
    self.host = host
    self.pool = pool
    self.target = target
    self.volume = volume
    self.bytes = bytes
    self.retiredAt = retiredAt
    self.deleteAfter = deleteAfter
    self.ran = ran
  }
}
