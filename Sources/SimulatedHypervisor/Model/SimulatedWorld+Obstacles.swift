package import Fleet

/// What stands in the way of a step, as a driver can see it: read-only.
extension SimulatedWorld {
  /// What stands in the way now, most telling first; the world must have been advanced to now.
  package func check(_ step: Step, by caller: SimulatedCaller, deadlineMilliseconds: Int = Int.max) -> [Obstacle] {
    guard let cell = cellIndex(step.cell) else { return [Obstacle(.other, "the world has no cell \(step.cell)", passing: false)] }
    let silent = step.hostsNeeded.compactMap { host in
      silence(of: host, in: cell, deadlineMilliseconds: deadlineMilliseconds).map {
        Obstacle(.unreachable, "\(host) does not answer: \($0)", passing: true)
      }
    }
    guard silent.isEmpty else { return silent }
    let view = StepView(world: self, cell: cells[cell], cellIndex: cell, step: step, caller: caller)
    return view.claims + view.obstacles
  }
}

extension Step {
  /// Hosts that must answer for the step to be begun.
  var hostsNeeded: [HostName] {
    switch action {
    case .shutDown: [source]
    case .disable(let host), .removeDisk(_, _, _, let host, _, _, _), .closeHost(let host), .openHost(let host): [host]
    case .migrate, .copyDisk, .define, .start, .undefine, .resumePostCopy, .resume, .discardArrival:
      source == destination ? [source] : [source, destination]
    }
  }

  var isOfInstance: Bool {
    switch action {
    case .closeHost, .openHost: false
    default: true
    }
  }
}
