import Fleet

/// Finds a guest's manifest, and its policy, by uuid or name without walking the fleet each time.
struct PolicyIndex: Sendable {
  private var byUUID: [InstanceUUID: DesiredInstance] = [:]
  private var byName: [String: DesiredInstance] = [:]
  private let desired: DesiredFleet

  init(_ desired: DesiredFleet) {
    self.desired = desired
    for instance in desired.instances {
      if let uuid = instance.uuid { byUUID[uuid] = instance }
      byName["\(instance.cell)/\(instance.name)"] = instance
    }
  }

  /// Nil: no manifest names it.
  func instance(uuid: InstanceUUID, name: InstanceName, cell: CellName) -> DesiredInstance? { byUUID[uuid] ?? byName["\(cell)/\(name)"] }

  /// Guests no manifest names get their cell's policy.
  func policy(uuid: InstanceUUID, name: InstanceName, cell: CellName) -> MigrationPolicy {
    if let instance = instance(uuid: uuid, name: name, cell: cell) { return desired.policy(for: instance) }
    let policy = desired.cells.first { $0.name == cell }?.migrationPolicy
    return desired.policies.first { $0.name == policy }?.policy ?? MigrationPolicy()
  }
}
