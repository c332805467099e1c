import Fleet
import Hypervisor

/// What stands in the way of a step, by the records and then by the server's own word.
struct StepChecks {
  let look: StepLook
  let marks: XenMarks

  /// `earlier`: steps of the same move that are still to come before it.
  func obstacles(to step: Step, after earlier: [Step]) async -> [Obstacle] {
    do throws(XenError) {
      async let early = ServersWord(look: look).early(on: step)
      let view = try await look.view(of: step)
      let seen = claims(view) + standing(view)
      // While its disks are not there yet, the pool's word on a start is of where they are now; the send was asked about all the rest.
      if case .start = step.action, earlier.contains(where: \.sendsDisks) { return seen }
      if seen.isEmpty { return try await serversWord(view, early: await early) }
      // It is asked while the guest still runs, too: better than after it was shut down for it.
      guard step.isOfGuestThatIsOff, seen.allSatisfy({ $0.code == .notWhereExpected }) else { return seen }
      return seen + (try await serversWord(view))
    } catch {
      return [Obstacle(.unreachable, error.words, passing: true)]
    }
  }

  /// Another writer at work.
  func claims(_ view: StepView) -> [Obstacle] {
    let marked = view.step.concernsGuest ? view.guest?.record : view.pool?.record
    guard let mark = marked.flatMap({ XenMarks.mark(in: $0) }), marks.isKeptOff(by: mark) else { return [] }
    let what = view.step.concernsGuest ? view.step.instance.rawValue : "the pool"
    return [
      Obstacle(
        .otherWriter, "\(what) is marked by \(marks.writer.words(on: mark)) until \(mark.expires)", passing: true
      )
    ]
  }

  func standing(_ view: StepView) -> [Obstacle] {
    let step = view.step
    switch step.action {
    case .closeHost(let host), .openHost(let host):
      return view.hosts[host] == nil ? [Obstacle(.unreachable, "the pool has no host \(host)", passing: true)] : []
    case .removeDisk: return []
    case .copyDisk, .define, .disable, .undefine, .resumePostCopy, .resume, .discardArrival:
      return [Obstacle(.other, "a pool has no step \(step.name): a guest has one record in it", passing: false)]
    case .migrate(let options): return guestStands(view) + arrival(view, step.destination) + migration(view, options)
    case .shutDown: return guestStands(view) + shutdown(view)
    case .start(let host):
      let isReopened = host == view.step.source && view.hosts[host].map { HostClosing.isOurs($0.record) } == true
      return guestStands(view) + start(view) + arrival(view, host).filter { !(isReopened && $0.code == .closed) }
    }
  }

  private func guestStands(_ view: StepView) -> [Obstacle] {
    guard let guest = view.guest else {
      return [Obstacle(.notWhereExpected, "the pool has no guest \(view.step.instance) (\(view.step.uuid))", passing: false)]
    }
    let operations = guest.record.map("current_operations").values.sorted()
    guard operations.isEmpty else {
      return [Obstacle(.busy, "\(view.step.instance) is busy: \(operations.joined(separator: ", "))", passing: true)]
    }
    return []
  }

  private func arrival(_ view: StepView, _ name: HostName) -> [Obstacle] {
    guard let host = view.hosts[name] else { return [Obstacle(.unreachable, "the pool has no host \(name)", passing: true)] }
    if view.live[name] == false { return [Obstacle(.unreachable, "the pool no longer hears \(name)", passing: true)] }
    guard HostClosing.takesGuests(host.record) else {
      return [Obstacle(.closed, "\(name) is disabled or in maintenance", passing: false)]
    }
    return []
  }

  private func migration(_ view: StepView, _ options: MigrateOptions) -> [Obstacle] {
    let name = view.step.instance
    var found: [Obstacle] = []
    if options.mode == .offline {
      if view.power != .off { found.append(Obstacle(.notWhereExpected, "\(name) is not off", passing: false)) }
      if let text = Self.closedSource(view) { found.append(Obstacle(.closed, text, passing: false, blame: .source)) }
    } else {
      if view.power != .running { found.append(Obstacle(.notWhereExpected, "\(name) does not run", passing: false)) }
      if !view.resides(on: view.step.source) {
        found.append(Obstacle(.notWhereExpected, "\(name) does not run on \(view.step.source)", passing: false))
      }
    }
    if let text = StreamPath.obstacle(view, options.policy) { found.append(Obstacle(.other, text, passing: false)) }
    if let text = Self.unmovable(options.disks, view) { found.append(Obstacle(.mediaMissing, text, passing: false)) }
    for disk in options.disks where disk.action == .copy && !view.disks.contains(where: { $0.target == disk.target }) {
      found.append(Obstacle(.other, "\(name) has no disk \(disk.target) any more", passing: false))
    }
    return found
  }

  /// Why a guest that is off cannot be sent from its host; nil: it is open, or we open it for that.
  static func closedSource(_ view: StepView) -> String? {
    guard let source = view.source, !source.record.flag("enabled"), !HostClosing.isOurs(source.record) else { return nil }
    return
      "\(view.step.source) is disabled, and not by us: a pool sends a guest that is off only from a host that is enabled; enable it (xe host-enable) or move it while it runs"
  }

  /// A CD that would have to be copied: xapi ejects it on the way; nil: there is none.
  static func unmovable(_ disks: [DiskMove], _ view: StepView) -> String? {
    let cds = view.disks.filter(\.isCD).map(\.target)
    return disks.first { $0.action == .copy && cds.contains($0.target) }.map { discInTheWay($0.target, view) }
  }

  static func discInTheWay(_ target: String, _ view: StepView) -> String {
    "what is in \(target) of \(view.step.instance) is on storage that \(view.step.destination) lacks, and a pool copies no CDs: eject it"
  }

  private func shutdown(_ view: StepView) -> [Obstacle] {
    if view.guest != nil, view.power != .running || !view.resides(on: view.step.source) {
      return [Obstacle(.notWhereExpected, "\(view.step.instance) does not run on \(view.step.source)", passing: false)]
    }
    return Self.veto(on: view).map { [Obstacle(.other, $0, passing: false)] } ?? []
  }

  /// Why a guest must not be shut down, whatever its state; nil: nothing is known against it.
  static func veto(on view: StepView) -> String? {
    guard let guest = view.guest?.record else { return nil }
    let blocked = guest.map("blocked_operations")
    for (operation, word) in [("clean_shutdown", "shutdown"), ("start_on", "start"), ("start", "start")] {
      if let code = blocked[operation] {
        return "an operator blocked the \(word) of \(view.step.instance) (VM.blocked_operations: \(code))"
      }
    }
    let offered = guest.texts("allowed_operations")
    if view.power == .running, guest.map("current_operations").isEmpty, !offered.isEmpty, !offered.contains("clean_shutdown") {
      return "the pool offers no clean shutdown of \(view.step.instance); install its guest tools"
    }
    return nil
  }

  private func start(_ view: StepView) -> [Obstacle] {
    switch view.power {
    case .off?: []
    case nil: []
    default: [Obstacle(.notWhereExpected, "\(view.step.instance) is running already", passing: false)]
    }
  }

  // MARK: the server's own word

  private func serversWord(_ view: StepView, early: Result<Void, XenError>? = nil) async throws(XenError) -> [Obstacle] {
    let word = ServersWord(look: look)
    guard let refusal = try await word.refusal(of: view.step, view, early: early), let code = refusal.code else { return [] }
    if XenErrorClass.concernsAsker(code) {
      // The pool checks for itself when it is told to move; what is shut down first would lie there if it then refused.
      guard view.power == .running, !Self.isOnline(view.step) else { return [] }
      let text = "the pool cannot be asked whether \(view.step.instance) may go to \(view.step.destination): \(refusal.words)"
      return [Obstacle(.other, text, passing: true, blame: .nobody)]
    }
    let words = await word.words(refusal, view)
    return [
      Obstacle(
        Self.obstacleCode(code), "\(view.step.instance) to \(view.step.destination): \(words)",
        passing: XenErrorClass(code: code) == .retry, blame: refusal.blame)
    ]
  }

  private static func isOnline(_ step: Step) -> Bool {
    if case .migrate(let options) = step.action { options.mode != .offline } else { false }
  }

  private static func obstacleCode(_ code: String) -> Obstacle.Code {
    switch code {
    case _ where XenErrorClass.contention.contains(code): .busy
    case "HOST_NOT_ENOUGH_FREE_MEMORY": .memory
    case "VM_REQUIRES_SR", "SR_NOT_ATTACHED", "SR_HAS_NO_PBDS": .storageMissing
    case "SR_FULL", "SR_SOURCE_SPACE_INSUFFICIENT": .storageSpace
    case "VM_REQUIRES_NETWORK", "HOST_CANNOT_ATTACH_NETWORK", "PIF_NOT_PRESENT": .network
    case "VM_INCOMPATIBLE_WITH_THIS_HOST": .cpu
    case "VM_HAS_PCI_ATTACHED", "VM_HAS_VGPU", "VM_HAS_VUSBS", "VM_HAS_SRIOV_VIF": .hostDevice
    case "NO_HOSTS_AVAILABLE", "HOST_DISABLED", "HOST_DISABLED_UNTIL_REBOOT", "HOST_DISABLED_INDEFINITELY": .closed
    case "HOST_NOT_LIVE", "HOST_OFFLINE", "CANNOT_CONTACT_HOST": .unreachable
    default: .other
    }
  }
}
