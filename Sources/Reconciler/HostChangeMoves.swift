import Fleet

/// A change of a host as a bookkeeping move of one step, so that it is journalled and settled like any other effect.
enum HostChangeMoves {
  static func move(_ change: HostChange) -> (Move, Step) {
    let instance = InstanceName(change.host.rawValue)
    let uuid = InstanceUUID("host:\(change.host)")
    let move = Move(
      id: "\(change.action.rawValue)-\(change.host)", instance: instance, uuid: uuid, cell: change.cell, from: change.host, to: change.host,
      mode: .offline, storage: .shared, disks: [],
      reason: MoveReason(kind: .makeRoom, text: change.text, manifest: change.manifest), bytes: 0, cost: 0)
    let action: Step.Action = change.action == .close ? .closeHost(change.host) : .openHost(change.host)
    return (move, Step(action, instance: instance, uuid: uuid, cell: change.cell, source: change.host, destination: change.host))
  }
}
