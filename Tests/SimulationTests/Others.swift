import Fleet
import SimulatedHypervisor

/// What others than us bring into a simulated world: kinds of trouble that go on where a fault of a single call ends.
struct Others: OptionSet, Sendable {
  let rawValue: Int

  /// Guests that go off after their shutdown was given up.
  static let lateShutdowns = Others(rawValue: 1)
  /// Another tool starts guests that it sees off, on third hosts.
  static let thirdHosts = Others(rawValue: 2)
  /// Daemons that hang and wake.
  static let hangs = Others(rawValue: 4)
  /// Daemons that hang at the hand-over of a migration.
  static let handOvers = Others(rawValue: 8)
  /// Hosts that go down and come up again.
  static let reboots = Others(rawValue: 16)
  /// Users who start, shut down, pause, resume, undefine and define.
  static let users = Others(rawValue: 32)
  /// Manifests that no longer allow reboots.
  static let withdrawnConsent = Others(rawValue: 64)
  /// Another tool starts guests that run.
  static let doubles = Others(rawValue: 128)
  /// A copied database (`TwinTests`).
  static let twins = Others(rawValue: 256)

  private static let names: [(name: String, kind: Others)] = [
    ("late", .lateShutdowns), ("third", .thirdHosts), ("hang", .hangs), ("handover", .handOvers), ("reboot", .reboots), ("users", .users),
    ("consent", .withdrawnConsent), ("double", .doubles), ("twins", .twins),
  ]

  /// Which kinds act in the seeded suite: all by default; `RECONCILE_OTHERS=late,third` picks some, `none` none.
  static let chosen: Others = {
    guard let text = environment("RECONCILE_OTHERS") else { return names.reduce(into: []) { $0.insert($1.kind) } }
    return text.split(separator: ",").reduce(into: []) { kinds, word in
      guard word != "none" else { return }
      guard let found = names.first(where: { $0.name == word }) else { preconditionFailure("RECONCILE_OTHERS knows no \(word)") }
      kinds.insert(found.kind)
    }
  }()

  /// Longest that anything of this goes on.
  static let lastsMillisecondsMax = 300_000

  /// Adds what others do from now on, in the pass to come and after it.
  func strike(_ simulation: Simulation, _ random: inout SeededRandom) {
    guard !isEmpty else { return }
    simulation.othersAct()
    var faults: [SimulatedFault] = []
    let now = simulation.clock.now()
    let hosts = simulation.desired.hosts.map(\.name)
    let guests = simulation.worlds.peek().cells.flatMap(\.instances).map(\.name)
    if contains(.lateShutdowns), random.chance(40) { slowDown(simulation, &random) }
    if contains(.thirdHosts), random.chance(40) { faults.append(Self.deed(.startsElsewhere, guests, now, &random)) }
    if contains(.doubles), random.chance(15) { faults.append(Self.deed(.startsTwice, guests, now, &random)) }
    if contains(.users) {
      let kinds: [SimulatedFault.Kind] = [.userStarts, .userShutsDown, .userPauses, .userResumes, .userUndefines, .userDefines]
      for _ in 0..<random.below(3) { faults.append(Self.deed(kinds[random.below(kinds.count)], guests, now, &random)) }
    }
    if contains(.hangs), random.chance(40) { faults.append(Self.window(.daemonHang, hosts, now, &random)) }
    if contains(.reboots), random.chance(30) { faults.append(Self.window(.hostCrash, hosts, now, &random)) }
    if contains(.handOvers), random.chance(30) {
      let lasts = 1000 * (5 + random.below(60))
      faults.append(SimulatedFault(.handOverHang, delayMilliseconds: lasts, until: now.adding(milliseconds: 60_000)))
    }
    if contains(.withdrawnConsent), random.chance(20) { simulation.withdrawConsent() }
    simulation.worlds.meddle { $0.faults += faults }
  }

  /// Some guests take longer to shut down than the policy waits.
  private func slowDown(_ simulation: Simulation, _ random: inout SeededRandom) {
    let late = MigrationPolicy().coldShutdown.timeoutMilliseconds + 1000 * (1 + random.below(60))
    let odd = random.below(2)
    simulation.worlds.meddle { world in
      for cell in world.cells.indices {
        for guest in world.cells[cell].instances.indices where guest % 2 == odd {
          if world.cells[cell].instances[guest].uuid == simulation.foreign { continue }
          world.cells[cell].instances[guest].shutdownMilliseconds = late
        }
      }
    }
  }

  /// At some instant, or some time after a step was begun.
  private static func deed(
    _ kind: SimulatedFault.Kind, _ guests: [InstanceName], _ now: Timestamp, _ random: inout SeededRandom
  ) -> SimulatedFault {
    let steps = ["shutDown", "copyDisk", "define", "disable", "start", "migrate"]
    if random.chance(60) {
      return SimulatedFault(
        kind, step: steps[random.below(steps.count)], afterMilliseconds: random.below(2) * random.below(8000),
        until: now.adding(milliseconds: 120_000))
    }
    return SimulatedFault(kind, instance: guests[random.below(guests.count)], from: now.adding(milliseconds: random.below(90_000)))
  }

  private static func window(
    _ kind: SimulatedFault.Kind, _ hosts: [HostName], _ now: Timestamp, _ random: inout SeededRandom
  ) -> SimulatedFault {
    let from = now.adding(milliseconds: random.below(40_000))
    return SimulatedFault(
      kind, host: hosts[random.below(hosts.count)], from: from, until: from.adding(milliseconds: 1000 * (5 + random.below(115))),
      times: random.below(3))
  }
}
