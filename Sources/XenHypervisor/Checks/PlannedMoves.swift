import Fleet
import Hypervisor

/// Asks the pool about moves that were planned: a handful of calls a move, none for the guests that stay.
struct PlannedMoves {
  let look: StepLook
  /// Questions open at the pool at once.
  static let questionsMax = 8

  private enum Answer: Sendable {
    case agreed
    /// `concernsGuest`: a word on the guest itself holds for every host.
    case refused(String, concernsGuest: Bool, onlineOnly: Bool)
    /// It could not be asked, or its answer says nothing of the move.
    case none(String)
  }

  /// All within the look's deadline; what it leaves no time for is unanswered.
  func words(on moves: [(move: Move, policy: MigrationPolicy)]) async -> HypervisorsWord {
    let end = ContinuousClock.now + .milliseconds(look.deadline.milliseconds)
    let members: [HostName: (reference: String, record: XenRecord)]
    do throws(XenError) {
      members = try await look.hostsAsSeen(Set(look.declared.keys).union(moves.map(\.move.from)).sorted())
    } catch {
      return HypervisorsWord(unanswered: moves.map { "\($0.move.instance) to \($0.move.to): \(error.words)" })
    }
    let answers = await withTaskGroup(of: (Int, Answer).self) { group in
      var answers = [Answer](repeating: .agreed, count: moves.count)
      for (index, item) in moves.enumerated() {
        if index >= Self.questionsMax, let (answered, answer) = await group.next() { answers[answered] = answer }
        group.addTask { (index, await ask(item.move, item.policy, members, until: end)) }
      }
      for await (answered, answer) in group { answers[answered] = answer }
      return answers
    }
    var word = HypervisorsWord()
    for (move, answer) in zip(moves.map(\.move), answers) {
      switch answer {
      case .agreed: break
      case .refused(let text, let concernsGuest, let onlineOnly):
        let hosts = concernsGuest ? look.declared.keys.filter { $0 != move.from }.sorted() : [move.to]
        word.refusals += hosts.map {
          HostRefusal(cell: move.cell, instance: move.instance, uuid: move.uuid, host: $0, onlineOnly: onlineOnly, text: text)
        }
      case .none(let text): word.unanswered.append("\(move.instance) to \(move.to): \(text)")
      }
    }
    return word
  }

  private func ask(
    _ move: Move, _ policy: MigrationPolicy, _ members: [HostName: (reference: String, record: XenRecord)],
    until end: ContinuousClock.Instant
  ) async -> Answer {
    let left = (end - ContinuousClock.now) / .milliseconds(1)
    guard left >= 1 else { return .none("no time was left to ask") }
    let look = StepLook(
      calls: look.calls, declared: look.declared, references: look.references, deadline: Deadline(milliseconds: Int(left)))
    do throws(XenError) {
      let steps = (try? XenSteps.steps(for: move, policy: policy)) ?? []
      if let first = steps.first, case .shutDown = first.action {
        let view = try await look.view(of: first)
        if let text = StepChecks.veto(on: view) { return .refused(text, concernsGuest: true, onlineOnly: false) }
        if let text = StepChecks.unmovable(move.disks, view) { return .refused(text, concernsGuest: false, onlineOnly: false) }
      }
      guard let step = Self.question(move, steps) else { return .agreed }
      async let early = ServersWord(look: look).early(on: step)
      var view = StepView(step: step)
      if case .migrate(let options) = step.action, options.mode != .live {
        view = try await look.view(of: step)
        if let text = StepChecks.unmovable(move.disks, view) { return .refused(text, concernsGuest: false, onlineOnly: false) }
        if options.mode == .offline, let text = StepChecks.closedSource(view) {
          return .refused(text, concernsGuest: true, onlineOnly: false)
        }
      } else {
        (view.hosts, view.references) = (members, members.mapValues(\.reference))
        view.guest = try await look.guest(step.uuid)
      }
      if case .migrate = step.action, let text = StreamPath.obstacle(view, policy) {
        return .refused(text, concernsGuest: false, onlineOnly: move.mode == .live)
      }
      let word = ServersWord(look: look)
      guard let error = try await word.refusal(of: step, view, early: await early) else { return .agreed }
      return Self.verdict(move, error, await word.words(error, view))
    } catch { return .none(error.words) }
  }

  /// The step whose check tells most: where disks go along, their sending.
  private static func question(_ move: Move, _ steps: [Step]) -> Step? { steps.first(where: \.sendsDisks) ?? steps.last }

  /// Only what will still be so when the move's turn comes is a refusal.
  private static func verdict(_ move: Move, _ error: XenError, _ words: String) -> Answer {
    guard let code = error.code else { return .none(error.words) }
    // Room comes free by the moves before it; whether a host answers and is open was just seen, or is about to change.
    if code == "HOST_NOT_ENOUGH_FREE_MEMORY", !move.after.isEmpty { return .agreed }
    if ["HOST_DISABLED", "HOST_NOT_LIVE", "HOST_OFFLINE", "HOST_STILL_BOOTING"].contains(code) { return .agreed }
    if XenErrorClass.concernsAsker(code) { return .none(error.words) }
    // Its own host is full now, and moves before it make room for what sends it.
    if code == "NO_HOSTS_AVAILABLE", error.words.contains("HOST_NOT_ENOUGH_FREE_MEMORY"), !move.after.isEmpty { return .agreed }
    if code == SnapshotDisks.code || code == "NO_HOSTS_AVAILABLE" {
      return .refused(words, concernsGuest: code != SnapshotDisks.code, onlineOnly: false)
    }
    let isOnline = move.mode == .live || move.mode == .block
    switch XenErrorClass(code: code) {
    case .target where code == "VM_INCOMPATIBLE_WITH_THIS_HOST": return .refused(words, concernsGuest: false, onlineOnly: isOnline)
    case .target, .storage, .network, .ha, .config: return .refused(words, concernsGuest: false, onlineOnly: false)
    case .vm: return .refused(words, concernsGuest: true, onlineOnly: isOnline)
    case .final: return .refused(words, concernsGuest: false, onlineOnly: false)
    case .retry, .session, .call: return .none(error.words)
    }
  }
}
