import Fleet

extension Observation {
  /// The same look, with memory that may be plugged in one day charged where the policy says so.
  func reservingHotplugMemory(_ desired: DesiredFleet) -> Observation {
    guard desired.policies.contains(where: { $0.policy.reservesHotplugMemory == true }) else { return self }
    let policies = PolicyIndex(desired)
    var reserving = self
    for cell in reserving.cells.indices {
      let name = reserving.cells[cell].name
      for index in reserving.cells[cell].instances.indices {
        let guest = reserving.cells[cell].instances[index]
        guard let most = guest.hotplugMemoryBytes,
          policies.policy(uuid: guest.uuid, name: guest.name, cell: name).reservesHotplugMemory == true
        else { continue }
        reserving.cells[cell].instances[index].memoryMaxBytes = max(guest.memoryMaxBytes, most)
      }
    }
    return reserving
  }
}
