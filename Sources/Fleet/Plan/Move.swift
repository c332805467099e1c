/// One migration of a plan; `start` and `end` in seconds from the plan's start.
package struct Move: Sendable, Equatable, Codable {
  /// `m1`, `m2`, … in order of start.
  package var id: String
  /// Ids of moves that must have ended before this one starts.
  package var after: [String]
  package var instance: InstanceName
  package var uuid: InstanceUUID
  package var cell: CellName
  package var from: HostName
  package var to: HostName
  package var mode: MigrationMode
  package var storage: StorageMode
  package var disks: [DiskMove]
  /// True: a stop on the way to break a cycle; a later move of the plan goes on from there.
  package var hop: Bool
  package var reason: MoveReason
  package var start: Int
  package var end: Int
  /// Bytes over the network: memory of live and block moves, and copied disks.
  package var bytes: Int
  package var cost: Int

  package init(
    id: String, after: [String] = [], instance: InstanceName, uuid: InstanceUUID, cell: CellName, from: HostName, to: HostName,
    mode: MigrationMode, storage: StorageMode, disks: [DiskMove], hop: Bool = false, reason: MoveReason, start: Int = 0, end: Int = 0,
    bytes: Int, cost: Int
  ) {
    self.id = id
    self.after = after
    self.instance = instance
    self.uuid = uuid
    self.cell = cell
    self.from = from
    self.to = to
    self.mode = mode
    self.storage = storage
    self.disks = disks
    self.hop = hop
    self.reason = reason
    self.start = start
    self.end = end
    self.bytes = bytes
    self.cost = cost
  }
}

/// How an instance is moved; `cold` reboots it.
package enum MigrationMode: String, Sendable, Codable, CaseIterable { case live, block, cold, offline }

/// Where the writable disks of a moved instance are.
package enum StorageMode: String, Sendable, Codable, CaseIterable { case shared, volume, local, mixed }

/// What a move does with one disk.
package struct DiskMove: Sendable, Hashable, Codable {
  package enum Action: String, Sendable, Codable { case share, copy }
  package var target: String
  package var action: Action
  /// The pool at the destination; nil for a shared disk.
  package var toPool: StorageID?
  /// The pool at the source.
  package var fromPool: StorageID?
  /// Name or path of the source in `fromPool`; nil: not known.
  package var volume: String?
  /// True: a CD-ROM, floppy or other read-only media, whose source belongs to nobody in particular and is never deleted.
  package var media: Bool?
  package var bytes: Int

  package init(
    target: String, action: Action, toPool: StorageID? = nil, fromPool: StorageID? = nil, volume: String? = nil, media: Bool? = nil,
    bytes: Int
  ) {
    self.target = target
    self.action = action
    self.toPool = toPool
    self.fromPool = fromPool
    self.volume = volume
    self.media = media
    self.bytes = bytes
  }
}

/// Why a move is in the plan.
package struct MoveReason: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// Its host is in maintenance.
    case maintenance
    /// It is not where its placement says.
    case placement
    /// A rule is broken where it is.
    case rule
    /// Its host is over capacity and to be relieved.
    case overload
    /// It makes room for another move.
    case makeRoom
    /// It was displaced by maintenance and comes back.
    case `return`
    /// It breaks a cycle over a third host.
    case hop
  }
  package var kind: Kind
  package var text: String
  /// `path:line` of what asks for it.
  package var manifest: String?

  package init(kind: Kind, text: String, manifest: String? = nil) {
    self.kind = kind
    self.text = text
    self.manifest = manifest
  }
}
