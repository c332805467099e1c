import Planning

extension Infeasibility {
  /// For a set that is proved to be one.
  init(deadlock set: DeadlockedSet, _ instance: BenchmarkInstance) {
    let hosts = set.hosts.prefix(4).map { instance.names[instance.hosts[$0].id] }
    let more = set.hosts.count > hosts.count ? " and \(set.hosts.count - hosts.count) more" : ""
    self.init(
      reason: .deadlock, blocked: set.items,
      why: "no migration can leave \(hosts.joined(separator: ", "))\(more): all that their VMs may go to is full")
  }
}
