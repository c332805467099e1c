import Fleet

extension StatusReport {
  /// Hosts of a cell listed because something is to be said of them.
  static let hostsShownMax = 100
  static let guestsShownMax = 10
  /// Rows of every other list.
  static let rowsShownMax = 50

  package var json: String { JSONText.encodeOwn(self) }

  /// For people: what needs someone first, then the hosts in maintenance, then the rest in numbers.
  package func text(style: TextStyle) -> String {
    var page = TextPage(style)
    page.wrap(StyledText("Fleet \(fleet) at revision \(RevisionFormat.text(revision)): ") + headline)
    page.wrap(lastPassLine)
    if let storageProofs { page.wrap(StyledText(StorageProofFormat.text(storageProofs, now: at), .quiet)) }
    if let watch { page.wrap(line(watch)) }
    if let unmanaged { page.wrap(StyledText(UnmanagedFormat.text(unmanaged), .quiet)) }
    for cell in cells { add(cell, to: &page) }
    addOpenMoves(&page)
    BlockedSection.add(blocked, to: &page)
    DoubtSection.add(notInSync, to: &page)
    addRows("Backing off", backOff, &page) { item in
      StyledText("\(item.instance)", .strong) + StyledText(": tried again \(Self.until(item.until, at))")
    }
    addRows("Kept disks", retiredDisks, &page) { disk in
      StyledText("\(disk.instance) \(disk.target)", .strong)
        + StyledText(" on \(disk.host) in pool \(disk.pool), \(ByteFormat.text(disk.bytes)): deleted \(Self.until(disk.deleteAfter, at))")
    }
    addRows("Leftovers", leftovers, &page) { item in
      let owner = item.ours ? "ours, by the journal" : "not ours: not touched"
      return StyledText("\(item.host)", .strong) + StyledText(": \(item.what.rawValue), \(item.text) (\(owner))")
    }
    addRows("Warnings", warnings, &page) { StyledText("! ", .warning) + StyledText($0) }
    return page.text
  }

  private var headline: StyledText {
    let total = StyledText("\(CountFormat.text(inSync, "instance")) in sync", drift == 0 ? .good : .plain)
    var parts = [total]
    if drift > 0 {
      parts.append(StyledText("\(CountFormat.number(drift)) not where \(drift == 1 ? "it belongs" : "they belong")", .warning))
    }
    if !blocked.isEmpty { parts.append(StyledText("\(CountFormat.number(blocked.count)) blocked", .bad)) }
    if !notInSync.isEmpty { parts.append(StyledText("\(CountFormat.number(notInSync.count)) in question", .warning)) }
    if !openMoves.isEmpty { parts.append(StyledText("\(CountFormat.text(openMoves.count, "move")) open", .accent)) }
    return parts.joined(", ")
  }

  private var lastPassLine: StyledText {
    guard let lastPass else { return StyledText("No pass was made yet.", .warning) }
    let age = DurationFormat.age(of: lastPass.endedAt ?? lastPass.startedAt, at: at)
    guard lastPass.endedAt != nil else {
      if let by = openMoves.lazy.compactMap(\.by).first {
        return StyledText("Pass \(lastPass.id) began \(age): \(by) is at work on it.", .accent)
      }
      return StyledText("Pass \(lastPass.id) began \(age) and has not ended: it runs, or died.", .warning)
    }
    return StyledText("Last pass \(age): \(lastPass.summary)")
  }

  private func line(_ watch: StatusWatch) -> StyledText {
    var line = StyledText(
      watch.running
        ? "Watch: running" + (watch.intervalSeconds.map { ", a pass every \(DurationFormat.text(seconds: $0))" } ?? "")
        : "Watch: not running")
    if let error = watch.lastError { line += StyledText("; \(error)", .bad) }
    return line
  }

  // MARK: hosts

  private func add(_ cell: StatusCell, to page: inout TextPage) {
    let seen = cell.observedAt.map { "observed \(DurationFormat.age(of: $0, at: at))" } ?? "never observed"
    let hosts = "\(CountFormat.number(cell.reachableHosts)) of \(CountFormat.text(cell.hosts.count, "host")) answered"
    let guests = cell.hosts.reduce(0) { $0 + $1.guests }
    page.heading("Cell \(cell.name)", note: "\(hosts), \(seen), \(CountFormat.text(guests, "guest"))")
    let telling = cell.hosts.filter { $0.maintenance != nil || !$0.reachable || $0.closed || $0.overCapacity }
    let together = Dictionary(grouping: telling.filter { isPlainlySilent($0) && $0.unreachableReason != nil }, by: \.unreachableReason)
    for host in telling.prefix(Self.hostsShownMax) {
      guard isPlainlySilent(host), let alike = together[host.unreachableReason], alike.count > 1 else {
        page.wrap(StyledText("\(host.name)", .strong) + StyledText(": ") + words(host), indent: TextPage.indent)
        continue
      }
      if alike[0].name == host.name { page.wrap(silence(of: alike), indent: TextPage.indent) }
    }
    if telling.count > Self.hostsShownMax {
      page.wrap("and \(CountFormat.text(telling.count - Self.hostsShownMax, "host")) more", indent: TextPage.indent)
    }
  }

  private func isPlainlySilent(_ host: StatusHost) -> Bool {
    !host.reachable && host.maintenance == nil && host.decommissioned != true && !host.closed && !host.overCapacity
  }

  private static let silentShownMax = 5

  /// What one fault of what they are all asked through keeps from answering.
  private func silence(of hosts: [StatusHost]) -> StyledText {
    let names = hosts.prefix(Self.silentShownMax).map(\.name.rawValue).joined(separator: ", ")
    let more = hosts.count > Self.silentShownMax ? " and \(CountFormat.number(hosts.count - Self.silentShownMax)) more" : ""
    let guests = CountFormat.text(hosts.reduce(0) { $0 + $1.guests }, "guest")
    let reason = hosts[0].unreachableReason ?? ""
    let isToldBelow = blocked.contains { $0.text.contains(reason) }
    return StyledText(names + more, .strong)
      + StyledText(isToldBelow ? ": DO NOT ANSWER" : ": DO NOT ANSWER (\(reason))", .bad)
      + StyledText(", \(guests) last seen on them")
  }

  private func words(_ host: StatusHost) -> StyledText {
    var parts: [StyledText] = []
    if let maintenance = host.maintenance {
      parts.append(StyledText("in maintenance\(details(maintenance)), ") + emptiness(host))
      if maintenance.overdue { parts.append(StyledText("OVERDUE since \(maintenance.until.map(TimeFormat.text) ?? "")", .warning)) }
    } else if host.decommissioned == true, !host.reachable {
      parts.append(StyledText("decommissioned: it is not asked, and its document can go once nothing open names it"))
    } else if !host.reachable {
      let reason = host.unreachableReason.map { " (\($0))" } ?? ""
      parts.append(StyledText("DOES NOT ANSWER\(reason)", .bad) + StyledText(", \(CountFormat.text(host.guests, "guest")) last seen on it"))
    }
    if host.closed { parts.append(StyledText("closed by someone else: gets nothing, is not emptied", .warning)) }
    if host.overCapacity { parts.append(StyledText("over its capacity", .warning)) }
    return parts.joined("; ")
  }

  private func details(_ maintenance: StatusMaintenance) -> String {
    let parts = [maintenance.reason, maintenance.ticket].compactMap { $0 }.filter { !$0.isEmpty }
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
  }

  /// Says plainly whether the host may be switched off.
  private func emptiness(_ host: StatusHost) -> StyledText {
    guard host.reachable else {
      if let at = host.emptySince {
        return StyledText(
          "EMPTY when it last answered (\(TimeFormat.text(at))); does not answer now, as a host that is switched off", .good)
      }
      let reason = host.unreachableReason.map { " (\($0))" } ?? ""
      let last = host.guests == 0 ? "no guest" : CountFormat.text(host.guests, "guest")
      return StyledText("DOES NOT ANSWER\(reason): nobody can say whether it is empty, \(last) last seen on it", .bad)
    }
    if host.drained {
      let since = host.drainedSince.map { " since \(TimeFormat.text($0))" } ?? ""
      let kept = retiredDisks.count { $0.host == host.name }
      let disks = kept == 0 ? StyledText("") : StyledText(", \(CountFormat.text(kept, "kept disk")) still on it (below)", .warning)
      return StyledText("EMPTY (0 guests)\(since)", .good) + disks
    }
    if let settlesAt = host.settlesAt, host.guests == 0 {
      return StyledText(
        "0 guests, EMPTY from \(TimeFormat.text(settlesAt)) on: a power cut before could bring the last definition back", .warning)
    }
    if host.guests == 0 {
      return StyledText("0 guests but a move from or to it, or where a guest is, is not settled: not empty yet", .warning)
    }
    let shown = host.remaining.prefix(Self.guestsShownMax).map { "\($0.instance)" + ($0.why.isEmpty ? "" : " (\($0.why))") }
    let more = host.guests - shown.count
    let list = shown.isEmpty ? "" : ": " + shown.joined(separator: ", ") + (more > 0 ? " and \(CountFormat.number(more)) more" : "")
    return StyledText("\(CountFormat.text(host.guests, "guest")) left\(list)", .warning)
  }

  // MARK: lists

  private func addOpenMoves(_ page: inout TextPage) {
    let arrow = page.style.arrow
    addRows("Open moves", openMoves, &page) { move in
      let step = move.step.map { ", step \($0)" + (move.stepState.map { " \(Self.words($0))" } ?? "") } ?? ""
      let hosts = "\(move.from) \(arrow) \(move.to)"
      let state = move.state == .needsHuman ? StyledText("NEEDS A HUMAN", .bad) : StyledText(move.state.rawValue)
      let detail = move.detail.isEmpty ? "" : ": \(move.detail)"
      let sent = move.percent.map { ", \($0) % sent" } ?? ""
      let by = move.by.map { StyledText("\($0) is at work on it, ", .accent) } ?? StyledText("")
      return StyledText("\(move.instance)", .strong) + StyledText(" (\(move.id), \(move.mode.rawValue), \(hosts)): ") + by + state
        + StyledText("\(step), begun \(DurationFormat.age(of: move.since, at: at))\(sent)\(detail)")
    }
  }

  private static func words(_ state: StepRecord.State) -> String { state == .inDoubt ? "in doubt" : state.rawValue }

  private func addRows<Item>(_ title: String, _ items: [Item], _ page: inout TextPage, _ row: (Item) -> StyledText) {
    guard !items.isEmpty else { return }
    page.heading("\(title) (\(CountFormat.number(items.count)))")
    let rows = items.prefix(Self.rowsShownMax).map(row)
    for row in rows { page.wrap(row, indent: TextPage.indent) }
    if items.count > Self.rowsShownMax {
      page.wrap("and \(CountFormat.number(items.count - Self.rowsShownMax)) more: --output json lists all", indent: TextPage.indent)
    }
  }

  private static func until(_ time: Timestamp, _ now: Timestamp) -> String {
    let milliseconds = time.milliseconds(since: now)
    return milliseconds <= 0 ? "by the next pass" : "in \(DurationFormat.text(seconds: (milliseconds + 999) / 1000))"
  }
}
