import Fleet

/// Whether both hosts, as just seen, allow a step to begin; the driver checks again, with more than presence.
enum Precondition {
  enum Answer: Equatable {
    case holds
    /// What the step is to bring about is there: nobody needs to do it.
    case alreadySo
    /// A host that must be seen does not answer.
    case unknown(String)
    case contradicted(String)
  }

  /// `definedAtSource`: a later step of the move takes the definition away from the source; until then it must be there.
  static func answer(for step: Step, _ seen: Sighting, definedAtSource: Bool = false) -> Answer {
    if let third = seen.thirdHostAlive, step.isOfGuest { return .contradicted("it is alive on \(third)") }
    if definedAtSource, isUndefined(seen.source) {
      return .contradicted("its definition on \(step.source) is gone, and not by us")
    }
    switch step.action {
    case .migrate(let options): return migrate(step, options, seen)
    case .resumePostCopy: return seen.source == .postCopySource ? .holds : .contradicted("no post-copy stands on \(step.source)")
    case .shutDown:
      if case .off = seen.source { return .contradicted("it is off on \(step.source), and not by us") }
      return unseen(seen.source, step.source) ?? alive(seen.destination, step.destination) ?? .holds
    case .copyDisk, .define:
      return bothSeen(step, seen) ?? alive(seen.destination, step.destination) ?? alive(seen.source, step.source) ?? .holds
    case .disable:
      return unseen(seen.source, step.source) ?? alive(seen.destination, step.destination) ?? alive(seen.source, step.source) ?? .holds
    case .start(let host): return start(host, step, seen)
    case .undefine(let host): return undefine(host, step, seen)
    case .removeDisk(_, _, _, let host, _, _, _):
      if step.removesKeptDisk, let answer = sound(step, seen) { return answer }
      let presence = host == step.source ? seen.source : seen.destination
      if case .off(defined: true, _, _) = presence { return .contradicted("it is defined on \(host), whose disk was to be removed") }
      return unseen(presence, host) ?? alive(presence, host) ?? .holds
    case .resume(let host): return resume(host, step, seen)
    case .discardArrival(let host):
      let here = host == step.source ? seen.source : seen.destination
      if case .off = here { return .alreadySo }
      if here == .absent { return .alreadySo }
      if let answer = bothSeen(step, seen) { return answer }
      guard here == .paused(.user), seen.source == .running else {
        return .contradicted("it no longer stands paused on \(host) beside a guest that runs on \(step.source)")
      }
      return .holds
    case .closeHost, .openHost: return .holds
    }
  }

  private static func migrate(_ step: Step, _ options: MigrateOptions, _ seen: Sighting) -> Answer {
    if let answer = bothSeen(step, seen) ?? alive(seen.destination, step.destination) { return answer }
    let isAlive = seen.source.isAlive
    if options.mode == .offline { return isAlive ? .contradicted("it runs on \(step.source)") : .holds }
    return isAlive ? .holds : .contradicted("it does not run on \(step.source)")
  }

  /// Never two: the other copy must be seen absent, or off and kept from starting by itself.
  private static func start(_ host: HostName, _ step: Step, _ seen: Sighting) -> Answer {
    let here = host == step.source ? seen.source : seen.destination
    let (other, there) = host == step.source ? (step.destination, seen.destination) : (step.source, seen.source)
    if let answer = bothSeen(step, seen) ?? alive(there, other) ?? elsewhere(seen) { return answer }
    if case .off(defined: true, disabled: false, _) = there { return .contradicted("its copy on \(other) is not disabled") }
    if here == .absent { return .contradicted("it is not defined on \(host)") }
    if host == step.source, here == .running || here == .paused(.user) { return .alreadySo }
    return alive(here, host) ?? .holds
  }

  /// Only a guest that stands still, and only while its other copy does not live; one that is off is not started.
  private static func resume(_ host: HostName, _ step: Step, _ seen: Sighting) -> Answer {
    let here = host == step.source ? seen.source : seen.destination
    let (other, there) = host == step.source ? (step.destination, seen.destination) : (step.source, seen.source)
    if let answer = bothSeen(step, seen) ?? alive(there, other) ?? elsewhere(seen) { return answer }
    switch here {
    case .running, .off: return .alreadySo
    case .paused(.user), .paused(.migration): return .holds
    case .paused(.ioError): return .contradicted("an I/O error holds it on \(host)")
    default: return .contradicted("it does not stand paused on \(host)")
    }
  }

  /// Never the last definition, and never a copy that is alive, save the paused half of a migration that is over.
  private static func undefine(_ host: HostName, _ step: Step, _ seen: Sighting) -> Answer {
    let here = host == step.source ? seen.source : seen.destination
    let there = host == step.source ? seen.destination : seen.source
    switch here {
    case .absent, .off(defined: false, _, _): return .alreadySo
    case .paused(.migration) where there == .running: return .holds
    default: if let answer = bothSeen(step, seen) ?? alive(here, host) { return answer }
    }
    switch there {
    case .absent, .off(defined: false, _, _): return .contradicted("its definition on \(host) is the only one left")
    default: return .holds
    }
  }

  /// What was kept is needed as long as the guest is not seen sound on its one host: running, or off if that is how it was moved.
  private static func sound(_ step: Step, _ seen: Sighting) -> Answer? {
    guard step.source != step.destination else { return nil }
    if let answer = unseen(seen.source, step.source) ?? elsewhere(seen) { return answer }
    switch seen.source {
    case .running, .off(defined: true, _, _): return nil
    default: return .contradicted("it neither runs nor is off on \(step.source)")
    }
  }

  private static func isUndefined(_ presence: Presence) -> Bool {
    switch presence {
    case .absent, .off(defined: false, _, _): true
    default: false
    }
  }

  /// A host that does not answer may have been told by others to start it.
  private static func elsewhere(_ seen: Sighting) -> Answer? {
    guard seen.elsewhere != nil else { return .unknown("not every host that may have a copy was asked") }
    return seen.thirdHostSilent.map { .unknown("\($0.host), which may have a copy, does not answer: \($0.reason)") }
  }

  private static func bothSeen(_ step: Step, _ seen: Sighting) -> Answer? {
    unseen(seen.source, step.source) ?? unseen(seen.destination, step.destination)
  }

  private static func unseen(_ presence: Presence, _ host: HostName) -> Answer? {
    if case .unreachable(let reason) = presence { return .unknown("\(host) does not answer: \(reason)") }
    return nil
  }

  private static func alive(_ presence: Presence, _ host: HostName) -> Answer? {
    presence.isAlive ? .contradicted("it is alive on \(host)") : nil
  }
}

extension Step {
  /// It concerns a guest; what closes and opens hosts does not.
  fileprivate var isOfGuest: Bool {
    switch action {
    case .closeHost, .openHost: false
    default: true
    }
  }
}
