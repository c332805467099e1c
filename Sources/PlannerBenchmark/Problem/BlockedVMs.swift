import Planning

/// The VMs that may not stay and have no host to go to, each on its own, and what keeps them.
struct BlockedVMs {
  private let instance: BenchmarkInstance
  private let problem: PlacementProblem
  /// Sorted.
  let vms: [Int]

  init(_ instance: BenchmarkInstance, _ problem: PlacementProblem) {
    self.instance = instance
    self.problem = problem
    let hasNoEnd = problem.classes.indices.map { id in
      !problem.hostSets[problem.classes[id].ends].hosts.contains { problem.mayEnd(id, on: $0) }
    }
    vms = problem.items.indices.filter { hasNoEnd[problem.items[$0].classID] && !problem.mayStay($0) }
  }

  /// nil: there is none.
  func infeasibility() -> Infeasibility? {
    guard let first = vms.first else { return nil }
    let (reason, why) = reason(instance.vms[first])
    let others = vms.count == 1 ? "" : " (and \(vms.count - 1) more have no host either)"
    return Infeasibility(reason: reason, blocked: vms, why: "\(instance.names[instance.vms[first].id]) \(why)\(others)")
  }

  /// The first of the format's conditions that leaves no host, in the order: pin, cell, storage, selectors, size.
  private func reason(_ vm: BenchmarkVM) -> (Infeasibility.Reason, String) {
    let home = instance.hosts[vm.host]
    if let pin = vm.pin {
      let host = instance.hosts[pin]
      return (.pin, "is pinned to \(instance.names[host.id]), which cannot take it (\(host.state.rawValue))")
    }
    var left = instance.hosts.filter { $0.state == .up && $0.cell == home.cell }
    if left.isEmpty { return (.cell, "is in cell \(instance.names[home.cell]), where no host is up") }
    if vm.storage != .local {
      left = left.filter { host in vm.pool.map(host.pools.contains) ?? false }
      let pool = vm.pool.map { instance.names[$0] } ?? "none"
      if left.isEmpty { return (.storage, "needs pool \(pool), which no host that is up reaches") }
    }
    left = left.filter { host in
      host.cpu >= vm.cpu && vm.labels.allSatisfy(host.labels.contains) && (vm.zones.isEmpty || vm.zones.contains(host.zone))
    }
    if left.isEmpty { return (.selector, "finds no host with the CPU level, labels and zone that it asks for") }
    return (.ram, "is larger than every host it could be on: \(tooLarge(vm, left))")
  }

  /// What is lacking on the host of those that has most memory.
  private func tooLarge(_ vm: BenchmarkVM, _ hosts: [BenchmarkHost]) -> String {
    guard let largest = hosts.max(by: { ($0.ram, $0.vcpu, $0.disk) < ($1.ram, $1.vcpu, $1.disk) }) else { return "there is none" }
    let needs = [
      (vm.ram, largest.ram, "MiB of memory"), (vm.vcpu, largest.vcpu, "vCPUs"), (vm.localDisk, largest.disk, "GiB of local disk"),
    ]
    let lacking = needs.filter { $0.0 > $0.1 }.map { "\($0.0) \($0.2), \($0.1) there" }
    return "\(instance.names[largest.id]): \(lacking.isEmpty ? "too small elsewhere" : lacking.joined(separator: "; "))"
  }
}
