/// The source of a copied disk, kept for `sourceRetention` and charged until it is deleted; or the copy of a CD that the guest has left behind.
package struct RetiredDisk: Sendable, Hashable, Codable {
  package var move: OperationID
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
  /// When it was last changed, by its host's own clock, as read when it was retired; nil: that was not to be known.
  package var changedAt: Timestamp?
  package var deleteAfter: Timestamp
  /// True if the guest ran when it was moved: then it must be seen running before its source goes.
  package var ran: Bool
  /// True: a copy of read-only media that a move made on `host`, where the guest may live still.
  package var media: Bool?

  package init(
    move: OperationID, instance: InstanceName, uuid: InstanceUUID, cell: CellName, host: HostName, pool: StorageID, target: String,
    volume: String? = nil,
    bytes: Int, retiredAt: Timestamp, deleteAfter: Timestamp, ran: Bool = true, media: Bool? = nil
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
    self.media = media
  }

  /// One drive may have had several discs, so the volume tells, where it is known.
  package func isOne(of uuid: InstanceUUID, _ host: HostName, _ pool: StorageID, _ target: String, _ volume: String?) -> Bool {
    self.uuid == uuid && self.host == host && self.pool == pool && self.target == target
      && (volume == nil || self.volume == nil || self.volume == volume)
  }

  /// True while the guest for which the media were copied lives on that host: the copy is its own until then.
  package func isInserted(_ guests: [InstanceObservation]) -> Bool {
    media == true && guests.contains { $0.uuid == uuid && $0.host == host }
  }
}
