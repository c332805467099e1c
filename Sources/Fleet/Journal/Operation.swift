/// What the journal tells of: a move of an instance, or what is done to a host or to kept disks beside the moves.
package enum Operation: Sendable, Equatable {
  case move(Move)
  case hostChange(HostChange)
  case diskRemoval(DiskRemoval)

  /// The move it is; nil: it moves no instance.
  package var move: Move? { if case .move(let move) = self { move } else { nil } }

  package var cell: CellName {
    switch self {
    case .move(let move): move.cell
    case .hostChange(let change): change.cell
    case .diskRemoval(let removal): removal.cell
    }
  }

  /// Where its instance is; of a host change the host.
  package var source: HostName {
    switch self {
    case .move(let move): move.from
    case .hostChange(let change): change.host
    case .diskRemoval(let removal): removal.home
    }
  }

  /// Where something is made or deleted.
  package var destination: HostName {
    switch self {
    case .move(let move): move.to
    case .hostChange(let change): change.host
    case .diskRemoval(let removal): removal.host
    }
  }

  package var hosts: Set<HostName> { [source, destination] }

  /// The instance it is about; nil: it is about a host.
  package var instance: InstanceName? {
    switch self {
    case .move(let move): move.instance
    case .hostChange: nil
    case .diskRemoval(let removal): removal.instance
    }
  }

  /// What its steps carry as `uuid`: of a host change `host:NAME`.
  package var subject: InstanceUUID {
    switch self {
    case .move(let move): move.uuid
    case .hostChange(let change): InstanceUUID("host:\(change.host)")
    case .diskRemoval(let removal): removal.uuid
    }
  }

  /// What is done, as the object of a sentence: `the live migration of web from hv1 to hv2`.
  package var words: String {
    switch self {
    case .move(let move): "the \(move.mode.rawValue) migration of \(move.instance) from \(move.from) to \(move.to)"
    case .hostChange(let change): change.action == .close ? "closing \(change.host) to new guests" : "opening \(change.host) again"
    case .diskRemoval(let removal): "deleting what is kept of \(removal.instance) on \(removal.host)"
    }
  }
}

/// Deletes the kept sources of copied disks of one instance on one host.
package struct DiskRemoval: Sendable, Equatable, Codable {
  package var cell: CellName
  package var instance: InstanceName
  package var uuid: InstanceUUID
  /// Where the disks lie.
  package var host: HostName
  /// Where the instance lives.
  package var home: HostName

  package init(cell: CellName, instance: InstanceName, uuid: InstanceUUID, host: HostName, home: HostName) {
    self.cell = cell
    self.instance = instance
    self.uuid = uuid
    self.host = host
    self.home = home
  }
}

extension Operation: Codable {
  private enum CodingKeys: String, CodingKey { case move, hostChange, diskRemoval }

  /// One key, which says what it is; beside others, which are not its own.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let change = try fields.decodeIfPresent(HostChange.self, forKey: .hostChange) {
      self = .hostChange(change)
    } else if let removal = try fields.decodeIfPresent(DiskRemoval.self, forKey: .diskRemoval) {
      self = .diskRemoval(removal)
    } else {
      self = .move(try fields.decode(Move.self, forKey: .move))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .move(let move): try fields.encode(move, forKey: .move)
    case .hostChange(let change): try fields.encode(change, forKey: .hostChange)
    case .diskRemoval(let removal): try fields.encode(removal, forKey: .diskRemoval)
    }
  }
}
