import Fleet
import Planning
import Reporting

extension ExplainBuilder {
  /// Every host of its cell: it is there, it could go there, or why not, as far as one host alone decides it.
  func hosts(_ item: Drift.Item) -> [ExplainedHost] {
    let desired = view.input.desired
    guard let cell = desired.cells.first(where: { $0.name == item.instance.cell }),
      let seen = view.input.observation.cells.first(where: { $0.name == cell.name }), item.observations.count == 1,
      let guest = item.observations.first, let source = seen.hosts.first(where: { $0.name == guest.host })
    else { return [] }
    let terms = MoveTerms(declared: item.instance, policy: desired.policy(for: item.instance), cell: cell)
    let ruledOut = Drift.ruledOut(item.instance, view.input)
    let shown = Dictionary(seen.hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return desired.hosts.filter { $0.cell == cell.name }.map { declared in
      guard let target = shown[declared.name] else { return impossible(declared, "never observed") }
      if target.name == source.name { return here(declared, item.instance) }
      let wanted = item.instance.placement.includes(declared)
      if !wanted, item.instance.required {
        return impossible(declared, "its placement, which is required, does not name it (\(item.instance.placementLocation.pathAndLine))")
      }
      if let objection = objection(declared, target, guest, cell.name) { return impossible(declared, objection) }
      if let rule = ruledOut[declared.name] {
        return impossible(declared, rule.text + (rule.location.map { " (\($0.pathAndLine))" } ?? ""))
      }
      switch MoveFeasibility.option(for: guest, from: source, to: target, terms: terms) {
      case .failure(let refusal): return impossible(declared, refusal.text)
      case .success(let option):
        if let lack = lackOfSpace(option, target) { return impossible(declared, lack) }
        let notes = [
          option.mode == .cold ? "by a reboot" : nil,
          wanted ? nil : "but does not belong there (\(item.instance.placementLocation.pathAndLine))",
        ]
        let text = notes.compactMap { $0 }.joined(separator: ", ")
        return ExplainedHost(host: declared.name, possible: true, mode: option.mode, text: text)
      }
    }
  }

  private func here(_ host: DesiredHost, _ instance: DesiredInstance) -> ExplainedHost {
    if let maintenance = host.maintenance {
      return impossible(host, "it is here, and is to leave: the host is in maintenance (\(maintenance.location.pathAndLine))")
    }
    guard instance.placement.includes(host) else {
      return impossible(host, "it is here, and does not belong here (\(instance.placementLocation.pathAndLine))")
    }
    return ExplainedHost(host: host.name, possible: true, text: "it is here")
  }

  private func impossible(_ host: DesiredHost, _ why: String) -> ExplainedHost {
    ExplainedHost(host: host.name, possible: false, text: why)
  }

  private func objection(_ declared: DesiredHost, _ target: HostObservation, _ guest: InstanceObservation, _ cell: CellName) -> String? {
    if !target.reachable { return "does not answer\(target.unreachableReason.map { ": \($0)" } ?? "")" }
    if let maintenance = declared.maintenance { return "is in maintenance (\(maintenance.location.pathAndLine))" }
    if declared.decommissioned { return "is decommissioned" }
    if target.admission == .closed { return "was closed by someone else" }
    if let unmeasured = target.unmeasured { return unmeasured }
    guard guest.power.isActive else { return nil }
    let load = view.load(of: declared, target)
    let (memory, vcpus) = (load.memoryCapacityBytes - load.memoryBytes, load.vcpuCapacity - load.vcpus)
    if guest.chargedMemoryBytes > memory {
      return "has room for \(ByteFormat.text(max(0, memory))), it needs \(ByteFormat.text(guest.chargedMemoryBytes))"
    }
    return guest.vcpus > vcpus ? "has room for \(max(0, vcpus)) vCPUs, it needs \(guest.vcpus)" : nil
  }

  private func lackOfSpace(_ option: MoveOption, _ target: HostObservation) -> String? {
    for need in option.poolNeeds {
      let free = target.storages.first { $0.id == need.pool }?.freeBytes ?? 0
      if need.bytes > free {
        return "has \(ByteFormat.text(free)) free in pool \(need.pool), its disks need \(ByteFormat.text(need.bytes))"
      }
    }
    return nil
  }
}
