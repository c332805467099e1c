package import Fleet

/// Whose fault it is that an operation did not succeed.
extension OperationMachine {
  /// Whose fault it is that it did not succeed.
  package var blame: Blame {
    if case .leftOpen = phase {
      if lastSighting?.destination.isUnreachable == true { return .destination }
      return lastSighting?.source.isUnreachable == true ? .source : charged ?? .nobody
    }
    return charged ?? .nobody
  }

  /// What a step's failure says where nobody tells more: a step that only one host takes part in is that host's.
  func defaultBlame(_ run: StepRun) -> Blame {
    switch steps[run.index].action {
    case .shutDown: .guest
    case .disable(let host), .undefine(let host), .resume(let host), .removeDisk(_, _, _, let host, _, _, _):
      host == operation.source ? .source : .destination
    case .closeHost, .openHost: .nobody
    case .migrate, .copyDisk, .define, .start, .resumePostCopy, .discardArrival: .pair
    }
  }

  /// After a look at both hosts showed that the step did not come off.
  func blameOfEnd(_ run: StepRun) -> Blame {
    if abortedForSilence { return .destination }
    if let blame = progress?.blame { return blame }
    // It was sent, and the guest wrote faster: it would towards any host.
    if wasGivenUp { return .guest }
    return defaultBlame(run)
  }

  /// The same would be refused again: there is no use in trying for half a minute.
  var isDefinite: Bool { progress?.isDefinite == true }

  /// What kept an operation from being done.
  enum Hindrance: Sendable {
    case fault
    /// Something else was at work on the guest, and nothing was done.
    case others
    /// The guest is not where, or as, it was when the move was planned, and nothing was done.
    case overtaken

    /// How an operation ends of which nothing is to be undone.
    var endsAs: OperationRecord.State {
      switch self {
      case .fault: .failed
      case .others: .postponed
      case .overtaken: .notNeeded
      }
    }
  }

  /// Nothing was done, and nobody failed.
  package var wasSetAside: Bool {
    guard case .ended(let state, _) = phase else { return false }
    return state == .postponed || state == .notNeeded
  }

  func hindrance(of obstacle: Obstacle) -> Hindrance {
    guard isMove else { return .fault }
    switch obstacle.code {
    case .busy: return obstacle.blame == .nobody ? .others : .fault
    case .notWhereExpected: return .overtaken
    default: return .fault
    }
  }

  /// How the failure is remembered: the destination is avoided where another may do better, else the guest is left alone for a while. A
  /// guest that was shut down is not shut down again at once for another host.
  func memoryOfFailure(_ text: String, _ now: Timestamp) -> [ExecutionEffect] {
    guard let move = operation.move else { return [] }
    let wasDown = steps.indices.contains { steps[$0].isShutDown && touched.contains($0) }
    if hindrance == .others, !wasDown { return [] }
    guard blame.isElsewhereBetter else { return [.remember(.failed(move.uuid))] }
    let pair = FailedPair(
      cell: move.cell, instance: move.instance, uuid: move.uuid, host: move.to, blame: blame, text: text, at: now)
    return [.remember(.avoided(pair))] + (wasDown ? [.remember(.failed(move.uuid))] : [])
  }
}
