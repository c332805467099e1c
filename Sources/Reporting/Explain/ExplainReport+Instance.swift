package import Fleet

extension ExplainReport {
  /// What is declared, what was seen, what the plan does with it and why, what blocks it and what would unblock it.
  package static func text(_ instance: InstanceExplanation, style: TextStyle, now: Timestamp? = nil) -> String {
    var page = TextPage(style)
    page.wrap(StyledText("Instance \(instance.name): ", .strong) + verdict(instance, style))
    declared(instance, &page)
    observed(instance, now, &page)
    plan(instance, now, &page)
    hosts(instance, &page)
    return page.text
  }

  private static func verdict(_ instance: InstanceExplanation, _ style: TextStyle) -> StyledText {
    let why = instance.verdictText.isEmpty ? "" : ": \(instance.verdictText)"
    switch instance.verdict {
    case .inSync: return StyledText("in sync, nothing to do\(why)", .good)
    case .moves:
      let to = instance.moves.last.map { "moves to \($0.to)" } ?? "moves"
      return StyledText(to + why, .accent)
    case .blocked: return StyledText("BLOCKED\(why)", .bad)
    case .missing: return StyledText("missing: \(instance.verdictText.isEmpty ? "no host shows it" : instance.verdictText)", .bad)
    case .unknown:
      return StyledText("unknown: \(instance.verdictText.isEmpty ? "its host does not answer" : instance.verdictText)", .warning)
    case .ambiguous: return StyledText("ambiguous\(why)", .bad)
    case .frozen: return StyledText("frozen, never touched until it is settled\(why)", .bad)
    case .moving: return StyledText("under way\(why)", .accent)
    case .busy: return StyledText("busy, someone else works on it\(why)", .warning)
    case .backingOff: return StyledText("backing off after failures\(why)", .warning)
    case .unmanaged: return StyledText("not in the manifests, left alone\(why)", .warning)
    }
  }

  private static func declared(_ instance: InstanceExplanation, _ page: inout TextPage) {
    guard let declared = instance.declared else { return field("declared", "by no manifest", &page) }
    let place = StyledText(" (\(declared.placementManifest))", .quiet)
    field("declared", StyledText("belongs \(declared.placement)") + place, &page)
    let modes = declared.allowedModes.map(\.rawValue)
    let consent = declared.allowedModes.contains(.cold) ? "may be rebooted" : "may not be rebooted"
    let allowed = modes.isEmpty ? "may not be migrated while it runs" : "may move \(CountFormat.list(modes, conjunction: "or")), \(consent)"
    field("", StyledText(allowed + (declared.policy.map { ", policy \($0)" } ?? "")), &page)
    if !declared.labels.isEmpty { field("labels", StyledText(DeclarationWords.labels(declared.labels)), &page) }
    if !declared.targetStorage.isEmpty {
      let pools = declared.targetStorage.sorted { $0.key < $1.key }.map { "\($0.key) to pool \($0.value)" }
      field("storage", StyledText(CountFormat.list(pools)), &page)
    }
    let rules = instance.rules.map { rule -> StyledText in
      let state =
        switch rule.kept {
        case true: StyledText("kept", .good)
        case false: StyledText("BROKEN" + (rule.text.isEmpty ? "" : ": \(rule.text)"), rule.enforcement == .required ? .bad : .warning)
        case nil: StyledText("not known")
        }
      return StyledText("\(rule.name)", .strong) + StyledText(" (\(rule.enforcement.rawValue)): \(rule.words) - ") + state
        + StyledText(" (\(rule.manifest))", .quiet)
    }
    rows("rules", rules, &page)
  }

  private static func observed(_ instance: InstanceExplanation, _ now: Timestamp?, _ page: inout TextPage) {
    let seen = age(instance.observedAt, now)
    guard !instance.observed.isEmpty else {
      let last = instance.lastSeenAt.map { ", last seen\(age($0, now))" } ?? ""
      return field("observed", StyledText("on no host that answers\(seen)\(last)"), &page)
    }
    for copy in instance.observed {
      let place = copy.host.map { "\(copy.power.rawValue) on \($0)" } ?? "\(copy.power.rawValue), on no host"
      let last = instance.lastSeenAt.map { ", last seen\(age($0, now))" } ?? seen
      field("observed", StyledText(place, .strong) + StyledText(last), &page)
      field(
        "", StyledText("\(ByteFormat.text(copy.memoryBytes)) memory, \(CountFormat.text(copy.vcpus, "vCPU")), uuid \(copy.uuid)"), &page)
      rows("disks", copy.disks.map(disk), &page)
      if copy.busy { field("busy", StyledText("a job or somebody's mark is on it", .warning), &page) }
      rows("obstacles", copy.blockers.map { StyledText(words($0), .warning) }, &page)
    }
  }

  private static func disk(_ disk: DiskObservation) -> StyledText {
    let place = disk.storage.map { "in \($0)" } ?? "empty"
    let kind = disk.kind == .disk ? "" : ", \(disk.kind.rawValue)"
    let size = disk.virtualBytes > 0 ? ", \(ByteFormat.text(disk.virtualBytes)), \(ByteFormat.text(disk.allocatedBytes)) used" : ""
    return StyledText("\(disk.target) \(place)\(kind)\(size)\(disk.readOnly ? ", read-only" : "")")
  }

  private static func words(_ blocker: BlockerCode) -> String {
    switch blocker {
    case .hostDevice: "a device of its host is passed through: neither live nor block"
    case .snapshot: "libvirt keeps snapshots of it: neither live nor block nor cold"
    case .blockJob: "a block job runs: no mode until it ends"
    case .ioError: "paused on an I/O error: no mode until its storage is mended"
    case .managedSave: "it is suspended to an image, which an offline move would lose"
    case .transient: "its definition is transient: neither cold nor offline"
    case .mixedDisks: "some of its disks are local and some shared: they are copied only where spec.targetStorage names the pool of each"
    case .immobile: "its hypervisor does not offer to move it while it runs: neither live nor block"
    case .sharedMemory: "it shares memory with another process: neither live nor block"
    }
  }

  private static func plan(_ instance: InstanceExplanation, _ now: Timestamp?, _ page: inout TextPage) {
    rows("because", instance.violations.map { StyledText($0.text) + StyledText($0.manifest.map { " (\($0))" } ?? "", .quiet) }, &page)
    rows("plan", instance.moves.map { move($0, page.style) }, &page)
    if instance.moves.isEmpty { field("plan", "does nothing with it", &page) }
    for item in instance.blocked {
      field("blocked", StyledText("\(PlanWords.words(item.reason)): ", .bad) + StyledText(item.text), &page)
      if !item.hint.isEmpty { field("unblock", StyledText(item.hint, .accent), &page) }
    }
    if let host = instance.displacedFrom { field("displaced", "from \(host) by maintenance: comes back when that ends", &page) }
    if let until = instance.backOffUntil {
      field("tried again", StyledText("at \(TimeFormat.text(until)), or when the manifests change"), &page)
    }
    rows(
      "kept disks",
      instance.retiredDisks.map {
        StyledText("\($0.target) on \($0.host) in pool \($0.pool), \(ByteFormat.text($0.bytes)), until \(TimeFormat.text($0.deleteAfter))")
      }, &page)
  }

  private static func hosts(_ instance: InstanceExplanation, _ page: inout TextPage) {
    let rows = instance.hosts.map { host -> StyledText in
      let mode = host.mode.map { ", \($0.rawValue)" } ?? ""
      let answer = host.possible ? StyledText("possible\(mode)", .good) : StyledText("not possible", .warning)
      return StyledText("\(host.host)", .strong) + StyledText(": ") + answer + StyledText(host.text.isEmpty ? "" : ": \(host.text)")
    }
    self.rows("hosts", rows, &page)
  }
}
