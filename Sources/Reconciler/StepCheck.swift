import Fleet
import Hypervisor

/// The re-check before a move's first effect: every step must be possible, as far as that can be seen before the steps ahead of it ran.
enum StepCheck {
  static func obstacles(_ steps: [Step], _ hypervisor: any Hypervisor, _ deadline: Deadline) async -> [Obstacle] {
    var clears: Set<HostName> = []
    // Making room is no reason to overlook anything but what it makes room for: what follows it is checked as if it were the first.
    let first = steps.firstIndex { !$0.removesKeptDisk } ?? 0
    for (index, step) in steps.enumerated() {
      let found = await hypervisor.check(step, after: Array(steps[..<index]), deadline: deadline)
      let obstacles =
        index <= first ? found.filter { !isCleared($0, step, clears) } : found.filter { !dependsOnEarlierSteps($0, step, clears) }
      if !obstacles.isEmpty { return obstacles }
      if case .removeDisk(_, _, _, let host, _, _, _) = step.action { clears.insert(host) }
    }
    return []
  }

  /// What an earlier step of the same move changes: the guest still runs, nothing is defined at the destination yet, and the kept disk of an
  /// earlier move is still in the way. Each `begin` looks again for itself.
  private static func dependsOnEarlierSteps(_ obstacle: Obstacle, _ step: Step, _ clears: Set<HostName>) -> Bool {
    switch obstacle.code {
    case .otherCopyNotSafe, .notWhereExpected: true
    default: isCleared(obstacle, step, clears)
    }
  }

  private static func isCleared(_ obstacle: Obstacle, _ step: Step, _ clears: Set<HostName>) -> Bool {
    obstacle.code == .targetExists && clears.contains(step.destination)
  }
}
