import Fleet
import SimulatedHypervisor

/// Puts random faults into a simulated world.
enum Faults {
  static let kinds: [SimulatedFault.Kind] = [
    .lostReply, .stall, .hostLoss, .destinationOutOfMemory, .refuse, .connectionCut, .crash, .retryLater, .slowObserve,
  ]

  static func strike(_ simulation: Simulation, _ random: inout SeededRandom) {
    let now = simulation.clock.now()
    let hosts = simulation.desired.hosts.map(\.name)
    var faults: [SimulatedFault] = []
    for _ in 0..<random.below(4) {
      let kind = kinds[random.below(kinds.count)]
      let lasts = 1000 * (5 + random.below(120))
      let from = now.adding(milliseconds: random.below(20_000))
      switch kind {
      case .hostLoss, .slowObserve:
        faults.append(
          SimulatedFault(kind, host: hosts[random.below(hosts.count)], from: from, until: from.adding(milliseconds: lasts)))
      case .stall, .connectionCut, .crash:
        faults.append(SimulatedFault(kind, afterMilliseconds: random.below(8000), until: now.adding(milliseconds: lasts)))
      default: faults.append(SimulatedFault(kind, until: now.adding(milliseconds: lasts), times: 1 + random.below(3)))
      }
    }
    simulation.worlds.meddle { $0.faults = faults }
  }
}
