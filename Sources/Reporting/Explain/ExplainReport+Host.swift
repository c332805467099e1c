package import Fleet

extension ExplainReport {
  /// What is declared, what was seen, who is on it and what becomes of each guest.
  package static func text(_ host: HostExplanation, style: TextStyle, now: Timestamp? = nil) -> String {
    var page = TextPage(style)
    page.wrap(StyledText("Host \(host.name): ", .strong) + verdict(host))
    declared(host, &page)
    observed(host, now, &page)
    let guests = host.guests.map { guest in
      StyledText("\(guest.instance)", .strong)
        + StyledText(
          " \(guest.power.rawValue), \(ByteFormat.text(guest.memoryBytes)), \(CountFormat.text(guest.vcpus, "vCPU")): \(guest.fate)")
    }
    rows("guests", guests, &page)
    rows("leaving", host.outgoing.map { move($0, style) }, &page)
    rows("coming", host.incoming.map { move($0, style) }, &page)
    for item in host.blocked {
      field("blocked", StyledText("\(PlanWords.subject(item)), \(PlanWords.words(item.reason)): ", .bad) + StyledText(item.text), &page)
      if !item.hint.isEmpty { field("unblock", StyledText(item.hint, .accent), &page) }
    }
    let disks = host.retiredDisks.map {
      StyledText("\($0.instance) \($0.target) in pool \($0.pool), \(ByteFormat.text($0.bytes)), until \(TimeFormat.text($0.deleteAfter))")
    }
    rows("kept disks", disks, &page)
    return page.text
  }

  private static func verdict(_ host: HostExplanation) -> StyledText {
    guard let observed = host.observed else { return StyledText("never observed", .warning) }
    let maintenance = host.declared?.maintenance != nil
    let guests = CountFormat.text(host.guests.count, "guest")
    guard observed.reachable else {
      if let at = host.emptySince {
        return StyledText(
          "in maintenance, EMPTY when it last answered (\(TimeFormat.text(at))); does not answer now, as one switched off", .good)
      }
      let consequence = maintenance ? "; nobody can say whether it is empty" : ""
      return StyledText("DOES NOT ANSWER\(observed.unreachableReason.map { " (\($0))" } ?? ""), \(guests) last seen\(consequence)", .bad)
    }
    if maintenance {
      if host.guests.isEmpty, host.incoming.isEmpty {
        guard let settlesAt = host.settlesAt else { return StyledText("in maintenance, EMPTY (0 guests)", .good) }
        return StyledText("in maintenance, 0 guests, EMPTY from \(TimeFormat.text(settlesAt)) on", .warning)
      }
      return StyledText("in maintenance, \(guests) left", .warning)
    }
    let closed = observed.admission == .closed ? ", closed by someone else: gets nothing, is not emptied" : ""
    return StyledText("answers, \(guests)\(closed)", closed.isEmpty ? .good : .warning)
  }

  private static func declared(_ host: HostExplanation, _ page: inout TextPage) {
    guard let declared = host.declared else { return field("declared", "by no manifest", &page) }
    let connection = declared.connection.map { ", \($0)" } ?? ""
    field("declared", StyledText("in cell \(declared.cell)\(connection)") + StyledText(" (\(declared.manifest))", .quiet), &page)
    if declared.decommissioned { field("", StyledText("decommissioned: its guests may be forgotten", .warning), &page) }
    if !declared.labels.isEmpty { field("labels", StyledText(DeclarationWords.labels(declared.labels)), &page) }
    guard let maintenance = declared.maintenance else { return }
    var parts = [maintenance.reason, maintenance.ticket].compactMap { $0 }
    if let until = maintenance.until { parts.append("until \(TimeFormat.text(until))") }
    let text = StyledText(parts.isEmpty ? "set" : parts.joined(separator: ", "))
    let overdue = maintenance.overdue ? StyledText(", OVERDUE", .warning) : ""
    field("maintenance", text + overdue + StyledText(declared.maintenanceManifest.map { " (\($0))" } ?? "", .quiet), &page)
  }

  private static func observed(_ host: HostExplanation, _ now: Timestamp?, _ page: inout TextPage) {
    guard let observed = host.observed else { return }
    if observed.reachable {
      let cpu = observed.cpuModel.isEmpty ? "" : ", \(observed.cpuModel)"
      let memory = ByteFormat.text(observed.memoryBytes)
      let size = observed.unmeasured ?? "\(memory) memory, \(CountFormat.text(observed.cpus, "CPU"))"
      field("observed", StyledText("\(size)\(cpu)\(age(host.observedAt, now))"), &page)
    }
    if let load = host.load, host.observed?.unmeasured == nil {
      let memory = "\(ByteFormat.text(load.memoryBytes)) of \(ByteFormat.text(load.memoryCapacityBytes)) memory"
      let text = "\(memory), \(CountFormat.number(load.vcpus)) of \(CountFormat.text(load.vcpuCapacity, "vCPU")) promised to guests"
      field(
        "load",
        StyledText(text, load.isOver ? .warning : .plain) + StyledText(load.isOver ? ": OVER CAPACITY, receives nothing" : "", .warning),
        &page)
    }
    let storages = observed.storages.map { storage -> StyledText in
      let shared =
        switch storage.shared {
        case true: "shared"
        case false: "local"
        case nil: "not proved shared, treated as local"
        }
      return StyledText("\(storage.id): \(shared), \(ByteFormat.text(storage.freeBytes)) free")
    }
    rows("storages", storages, &page)
    if !observed.networks.isEmpty {
      field("networks", StyledText(CountFormat.list(observed.networks, limit: PlanReport.namesShownMax)), &page)
    }
  }
}
