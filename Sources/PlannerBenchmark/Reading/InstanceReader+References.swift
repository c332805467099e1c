extension InstanceReader {
  /// Names become indices; throws for what is declared twice or not at all.
  consuming func resolved() throws(InstanceError) -> BenchmarkInstance {
    let hostOf = try index(read.hosts.map(\.id), of: "hosts", read.hostOffsets)
    let vmOf = try index(read.vms.map(\.vm.id), of: "vms", read.vmOffsets)
    _ = try index(read.groups.map(\.group.id), of: "groups", read.groupOffsets)
    var vms: [BenchmarkVM] = []
    vms.reserveCapacity(read.vms.count)
    for (index, read) in read.vms.enumerated() {
      var vm = read.vm
      vm.host = try find(read.host, in: hostOf, "host", at: "vms[\(index)].host", index, self.read.vmOffsets)
      if let pin = read.pin { vm.pin = try find(pin, in: hostOf, "host", at: "vms[\(index)].pin", index, self.read.vmOffsets) }
      vms.append(vm)
    }
    var groups: [BenchmarkGroup] = []
    groups.reserveCapacity(read.groups.count)
    var members = 0
    // Which group a VM was met in last: a VM twice in one group would be counted twice.
    var lastGroup = [Int](repeating: -1, count: vms.count)
    for (index, read) in read.groups.enumerated() {
      var group = read.group
      members += read.vms.count
      guard members <= InstanceLimits.membersMax else {
        throw InstanceError(
          path: "groups[\(index)].vms", offset: self.read.groupOffsets[index],
          problem: "more than \(InstanceLimits.membersMax) members in all groups")
      }
      for (place, name) in read.vms.enumerated() {
        let path = "groups[\(index)].vms[\(place)]"
        let vm = try find(name, in: vmOf, "VM", at: path, index, self.read.groupOffsets)
        guard lastGroup[vm] != index else {
          throw InstanceError(path: path, offset: self.read.groupOffsets[index], problem: "'\(names[name])' is in the group twice")
        }
        lastGroup[vm] = index
        group.vms.append(vm)
      }
      group.vms.sort()
      groups.append(group)
    }
    return BenchmarkInstance(name: read.name, names: names, hosts: read.hosts, vms: vms, groups: groups, limits: read.limits)
  }

  /// By name: the index of what has it as its id; -1: nothing.
  private func index(_ ids: [Name], of list: String, _ offsets: [Int]) throws(InstanceError) -> [Int32] {
    var indexOf = [Int32](repeating: -1, count: names.count)
    for (index, id) in ids.enumerated() {
      guard indexOf[id.index] < 0 else {
        throw InstanceError(
          path: "\(list)[\(index)].id", offset: offsets[index], problem: "'\(names[id])' is the id of \(list)[\(indexOf[id.index])] too")
      }
      indexOf[id.index] = Int32(index)
    }
    return indexOf
  }

  private func find(
    _ name: Name, in indexOf: [Int32], _ what: String, at path: @autoclosure () -> String, _ element: Int, _ offsets: [Int]
  ) throws(InstanceError) -> Int {
    let index = indexOf[name.index]
    guard index >= 0 else {
      throw InstanceError(path: path(), offset: offsets[element], problem: "no \(what) is called '\(names[name])'")
    }
    return Int(index)
  }
}
