/// The event that planning again is measured with: one more host goes under maintenance.
package enum NextEvent {
  /// The first host that is up, holds VMs and loses none for a reason of its own; nil: there is none.
  package static func host(of instance: BenchmarkInstance) -> Int? {
    var holds = [Bool](repeating: false, count: instance.hosts.count)
    var mustLose = holds
    for vm in instance.vms {
      holds[vm.host] = true
      let host = instance.hosts[vm.host]
      let isWelcome =
        (vm.pin ?? vm.host) == vm.host && vm.labels.allSatisfy(host.labels.contains) && (vm.zones.isEmpty || vm.zones.contains(host.zone))
      if !isWelcome { mustLose[vm.host] = true }
    }
    return instance.hosts.indices.first { instance.hosts[$0].state == .up && holds[$0] && !mustLose[$0] }
  }

  /// The instance after it.
  package static func maintenance(of host: Int, in instance: BenchmarkInstance) -> BenchmarkInstance {
    var instance = instance
    instance.hosts[host].state = .maintenance
    return instance
  }
}
