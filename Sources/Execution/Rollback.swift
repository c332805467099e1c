package import Fleet

/// What undoes a move that cannot go forward.
package enum Rollback {
  /// Index of the step after whose success a move only goes forward: the guest runs at its destination, its source definition is gone or,
  /// if it is off throughout, its source copy was given up.
  package static func pointOfNoReturn(_ steps: [Step]) -> Int {
    let runsThere = steps.firstIndex { step in
      switch step.action {
      case .migrate: true
      case .start(let host): host == step.destination
      default: false
      }
    }
    let givenUp = steps.firstIndex { $0.action == .disable(on: $0.source) }
    let goneHere = steps.firstIndex { $0.action == .undefine(on: $0.source) }
    guard let runsThere else { return givenUp ?? goneHere ?? steps.count }
    return min(runsThere, goneHere ?? runsThere)
  }

  /// Steps that bring the instance back to its source, given which forward steps had any effect (done, or possibly done).
  ///
  /// Only a guest that a done `shutDown` of this move stopped is started again.
  package static func steps(for steps: [Step], touched: Set<Int>) -> [Step] {
    var removals: [Step] = []
    var undefine: [Step] = []
    var start: [Step] = []
    for index in steps.indices where touched.contains(index) {
      let step = steps[index]
      switch step.action {
      case .copyDisk(let disk): removals += removal(of: disk, step)
      case .migrate(let options): removals += options.disks.flatMap { removal(of: $0, step) }
      case .define: undefine = [step.followed(by: .undefine(on: step.destination))]
      case .shutDown: start = [step.followed(by: .start(on: step.source))]
      case .disable, .start, .undefine, .removeDisk, .resumePostCopy, .resume, .discardArrival, .closeHost, .openHost: break
      }
    }
    return undefine + start + removals
  }

  /// True if a failed attempt may have left volumes behind that hosts do not show by presence.
  package static func failureLeavesTraces(_ step: Step) -> Bool {
    switch step.action {
    case .copyDisk, .migrate: true
    default: false
    }
  }

  private static func removal(of disk: DiskMove, _ step: Step) -> [Step] {
    guard disk.action == .copy, let pool = disk.toPool else { return [] }
    // A copy keeps the name of its volume.
    return [
      step.followed(by: .removeDisk(target: disk.target, pool: pool, volume: disk.volume, on: step.destination, unfinished: true))
    ]
  }
}
