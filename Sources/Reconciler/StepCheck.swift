import Fleet
import Hypervisor

/// The re-check before a move's first effect: every step must be possible, as far as that can be seen before the steps ahead of it ran.
enum StepCheck {
  static func obstacles(_ steps: [Step], _ hypervisor: any Hypervisor, _ deadline: Deadline) async -> [Obstacle] {
    var clears: Set<HostName> = []
    for (index, step) in steps.enumerated() {
      let found = await hypervisor.check(step, deadline: deadline)
      let obstacles = index == 0 ? found : found.filter { !dependsOnEarlierSteps($0, step, clears) }
      if !obstacles.isEmpty { return obstacles }
      if case .removeDisk(_, _, _, let host, _, _) = step.action { clears.insert(host) }
    }
    return []
  }

  /// What an earlier step of the same move changes: the guest still runs, nothing is defined at the destination yet, and the kept disk of an
  /// earlier move is still in the way. Each `begin` looks again for itself.
  private static func dependsOnEarlierSteps(_ obstacle: Obstacle, _ step: Step, _ clears: Set<HostName>) -> Bool {
    switch obstacle.code {
    case .otherCopyNotSafe, .notWhereExpected: true
    case .targetExists: clears.contains(step.destination)
    default: false
    }
  }
}
