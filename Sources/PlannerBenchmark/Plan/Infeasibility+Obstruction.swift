import Planning

extension Infeasibility {
  private static let amounts: [(reason: Reason, unit: String)] = [
    (.aggregateVCPU, "vCPUs"), (.aggregate, "MiB of memory"), (.aggregateDisk, "GiB of local disk"),
  ]

  /// `obstruction` names positions in the lists of `part`.
  init(_ obstruction: Obstruction, of part: PartProof, _ instance: BenchmarkInstance, _ problem: InstanceProblem) {
    let vms = obstruction.items.map { part.items[$0] }.sorted()
    let hosts = obstruction.hosts.map { instance.names[instance.hosts[part.hosts[$0]].id] }
    let places = hosts.count == 1 ? "host \(hosts[0])" : "the \(hosts.count) hosts they may use"
    switch obstruction.kind {
    case .noHost:
      self.init(reason: .selector, blocked: vms, why: "\(Self.names(vms, instance)) may not stay and may go nowhere")
    case .fullOfFixed(let resource):
      let (reason, unit) = Self.amounts[resource]
      self.init(reason: reason, blocked: vms, why: "\(places) has fewer \(unit) than \(Self.names(vms, instance)) need, which cannot leave")
    case .tooFewSlots(let resource, let threshold, let needed, let offered):
      let (reason, unit) = Self.amounts[resource]
      let amount = threshold == 1 ? unit : "places of \(threshold) \(unit)"
      self.init(reason: reason, blocked: vms, why: "\(vms.count) VMs need \(needed) \(amount), \(places) have \(offered)")
    case .group(let group):
      let declared = instance.groups[problem.groupIDs[part.groups[group]]]
      let rule = "group \(instance.names[declared.id]) (\(declared.kind.rawValue), \(declared.scope.rawValue))"
      self.init(reason: .group, blocked: vms, why: "\(rule) cannot be kept by its \(vms.count) VMs on \(places)")
    }
  }

  private static func names(_ vms: [Int], _ instance: BenchmarkInstance) -> String {
    let some = vms.prefix(3).map { instance.names[instance.vms[$0].id] }.joined(separator: ", ")
    return vms.count > 3 ? "\(some) and \(vms.count - 3) more" : some
  }
}
