package import Fleet

/// A volume in a pool of a host that belongs to no definition there.
package struct SimulatedVolume: Sendable, Equatable, Codable {
  package var pool: StorageID
  package var uuid: InstanceUUID
  package var target: String
  package var bytes: Int
  /// The step that made it; nil: nobody of us.
  package var intent: IntentID?
  /// False while it is being copied, and after a copy that broke.
  package var complete: Bool

  package init(pool: StorageID, uuid: InstanceUUID, target: String, bytes: Int, intent: IntentID? = nil, complete: Bool = true) {
    self.pool = pool
    self.uuid = uuid
    self.target = target
    self.bytes = bytes
    self.intent = intent
    self.complete = complete
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    pool = try container.decode(StorageID.self, forKey: .pool)
    uuid = try container.decode(InstanceUUID.self, forKey: .uuid)
    target = try container.decode(String.self, forKey: .target)
    bytes = try container.decode(Int.self, forKey: .bytes)
    guard WorldLimits.bytes.contains(bytes) else {
      throw DecodingError.dataCorruptedError(forKey: .bytes, in: container, debugDescription: "must be from 0 to 1 PiB")
    }
    intent = try container.decodeIfPresent(IntentID.self, forKey: .intent)
    complete = try container.decodeIfPresent(Bool.self, forKey: .complete) ?? true
  }
}
