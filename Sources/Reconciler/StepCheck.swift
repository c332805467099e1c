import Fleet
import Hypervisor

/// The re-check before a move's first effect: every step must be possible, as far as that can be seen before the steps ahead of it ran.
enum StepCheck {
  static func obstacles(_ steps: [Step], _ hypervisor: any Hypervisor, _ deadline: Deadline) async -> [Obstacle] {
    var obstacles: [Obstacle] = []
    for (index, step) in steps.enumerated() {
      let found = await hypervisor.check(step, deadline: deadline)
      obstacles += index == 0 ? found : found.filter { !dependsOnEarlierSteps($0, step) }
      if !obstacles.isEmpty { return obstacles }
    }
    return obstacles
  }

  /// What an earlier step of the same move changes: the guest still runs, nothing is defined at the destination yet.
  private static func dependsOnEarlierSteps(_ obstacle: Obstacle, _ step: Step) -> Bool {
    switch (obstacle.code, step.action) {
    case (.otherCopyNotSafe, _), (.notWhereExpected, _): true
    case (.targetExists, .removeDisk): true
    default: false
    }
  }
}
