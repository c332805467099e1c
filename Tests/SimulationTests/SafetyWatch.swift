import Execution
import Fleet
import Reconciler
import Reporting
import SimulatedHypervisor

/// Looks at the true world at every instant and writes down every broken promise.
struct SafetyWatch: Sendable {
  private(set) var broken: [String] = []
  /// Ever given; and by the manifests of now.
  private let consents: [String: Bool]
  private var consentsNow: [String: Bool]
  private let rules: [PlacementRule]
  private let labels: [String: [String: String]]
  private let zones: [HostName: [String: String]]
  private let bootsAtStart: [InstanceUUID: Int]
  /// Jobs looked at.
  private var jobsSeen = 0
  /// Guests that ran twice, for all to see, when the pass began.
  private var doubledAtStart: [InstanceUUID: InstanceName] = [:]
  /// Others change guests as well.
  var othersAct = false
  private let foreign: (uuid: InstanceUUID, copies: [SimulatedInstance])?
  /// Members on each unit when the pass began, by rule and unit; nil: none has begun, and nothing that stands is ours.
  private var ruleAtStart: [String: Int]?

  init(desired: DesiredFleet, world: SimulatedWorld, foreign: InstanceUUID?) {
    consents = Self.consents(desired)
    consentsNow = consents
    labels = Dictionary(desired.instances.map { ("\($0.cell)/\($0.name)", $0.labels) }, uniquingKeysWith: { first, _ in first })
    rules = desired.rules.filter { $0.hold == .always && $0.enforcement == .required }
    zones = Dictionary(desired.hosts.map { ($0.name, $0.labels) }, uniquingKeysWith: { first, _ in first })
    bootsAtStart = Dictionary(
      world.cells.flatMap(\.instances).map { ($0.uuid, $0.bootCount) }, uniquingKeysWith: { first, _ in first })
    self.foreign = foreign.map { uuid in (uuid, world.cells.flatMap { $0.copies(of: uuid) }) }
  }

  private static func consents(_ desired: DesiredFleet) -> [String: Bool] {
    Dictionary(desired.instances.map { ("\($0.cell)/\($0.name)", $0.allowedModes.cold) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func manifestsChanged(_ desired: DesiredFleet) { consentsNow = Self.consents(desired) }

  mutating func passBegins(_ world: SimulatedWorld) {
    ruleAtStart = counts(world, withOthers: true)
    doubledAtStart = doubled(world)
  }

  /// A guest that others doubled is reported in the same run, and nothing is begun on it.
  mutating func passEnds(_ result: PassResult, _ world: SimulatedWorld) {
    for (uuid, name) in doubledAtStart.sorted(by: { $0.key < $1.key }) {
      if !isReported(name, result) { say("\(name) ran twice when a pass began, which said nothing of it") }
      if result.moves.contains(where: { $0.operation.subject == uuid && $0.hasIntent }) { say("\(name) was moved although it ran twice") }
    }
    let doubledNow = doubled(world)
    if let name = doubledNow.values.sorted().first, result.exitCode == .success { say("a pass ended well although \(name) ran twice") }
  }

  /// Nothing that we stopped or paused is left so unless the result says so.
  mutating func judgeRest(_ result: PassResult, _ world: SimulatedWorld) {
    for cell in world.cells {
      for copies in Dictionary(grouping: cell.instances, by: \.uuid).values {
        let isLeftOff = copies.contains { $0.stoppedBy != nil } && copies.allSatisfy { !$0.power.holdsMemory }
        let isLeftPaused = copies.contains { $0.suspendedBy != nil && $0.power == .paused }
        guard isLeftOff || isLeftPaused, !isReported(copies[0].name, result) else { continue }
        say("\(copies[0].name) was \(isLeftOff ? "shut down" : "paused") by us and forgotten (exit code \(result.exitCode.rawValue))")
      }
    }
  }

  /// Somewhere an operator would find it.
  private func isReported(_ name: InstanceName, _ result: PassResult) -> Bool {
    let out = result.plan.notInSync
    return result.plan.blocked.contains { $0.instance == name || $0.text.contains(name.rawValue) }
      || (out.missing + out.unknown + out.ambiguous + out.frozen + out.busy).contains(name)
  }

  /// Guests whose copies run on hosts that all answer.
  private func doubled(_ world: SimulatedWorld) -> [InstanceUUID: InstanceName] {
    var found: [InstanceUUID: InstanceName] = [:]
    for (index, cell) in world.cells.enumerated()
    where cell.hosts.allSatisfy({ world.silence(of: $0.name, in: index, deadlineMilliseconds: 0) == nil }) {
      for (uuid, copies) in Dictionary(grouping: cell.instances.filter(\.power.executes), by: \.uuid) where copies.count > 1 {
        if labels["\(cell.name)/\(copies[0].name)"] != nil { found[uuid] = copies[0].name }
      }
    }
    return found
  }

  mutating func look(at world: SimulatedWorld) {
    for cell in world.cells {
      for (uuid, copies) in Dictionary(grouping: cell.instances, by: \.uuid) {
        let executing = copies.filter { $0.power.executes && $0.others?.isRival != true }
        if executing.count > 1 { say("\(uuid) runs on \(executing.map(\.host.rawValue).sorted())") }
        for copy in copies where copy.bootsButOthers > bootsAtStart[uuid, default: 0] && consents["\(cell.name)/\(copy.name)"] != true {
          say("\(copy.name) was rebooted without consent")
        }
      }
    }
    lookForShutdowns(world)
    if let foreign, isTouched(foreign.copies, world.cells.flatMap { $0.copies(of: foreign.uuid) }) {
      say("\(foreign.uuid) was touched although another writer marked it")
    }
    guard let ruleAtStart else { return }
    for (unit, count) in counts(world) {
      guard let limit = limit(unit), count > max(limit, ruleAtStart[unit, default: 0]) else { continue }
      say("\(unit) holds \(count), the limit is \(limit), at the start of the pass \(ruleAtStart[unit, default: 0])")
    }
  }

  /// Where nobody else acts, nothing of it changed; else no mark of ours came on it, as one does with each change of ours.
  private func isTouched(_ before: [SimulatedInstance], _ now: [SimulatedInstance]) -> Bool {
    guard othersAct else { return now != before }
    return now.contains { $0.mark != nil && $0.mark != before.first?.mark }
  }

  /// Each shutdown was begun with the consent of the manifests of that time.
  private mutating func lookForShutdowns(_ world: SimulatedWorld) {
    guard world.jobsBegun > jobsSeen else { return }
    for job in world.jobs.suffix(world.jobsBegun - jobsSeen) {
      guard case .shutDown = job.step.action, consentsNow["\(job.step.cell)/\(job.step.instance)"] != true else { continue }
      say("\(job.step.instance) was shut down without the consent of the manifests of then")
    }
    jobsSeen = world.jobsBegun
  }

  private mutating func say(_ text: String) {
    if !broken.contains(text) { broken.append(text) }
  }

  private func limit(_ unit: String) -> Int? {
    for rule in rules { if case .separate(let maximum) = rule.kind, unit.hasPrefix("\(rule.name)@") { return maximum } }
    return nil
  }

  /// Members on each unit, a migrating one on both of its units.
  private func counts(_ world: SimulatedWorld, withOthers: Bool = false) -> [String: Int] {
    var units: [String: Set<InstanceUUID>] = [:]
    for rule in rules {
      guard case .separate = rule.kind else { continue }
      for cell in world.cells {
        for copy in cell.instances where rule.selector.selects(labels["\(cell.name)/\(copy.name)"] ?? ["": ""]) {
          // Where others put a guest is not our breach of a rule.
          guard withOthers || copy.others == nil, labels["\(cell.name)/\(copy.name)"] != nil, isPresent(copy, cell) else { continue }
          units["\(rule.name)@\(copy.host)", default: []].insert(copy.uuid)
        }
      }
    }
    return units.mapValues(\.count)
  }

  /// A definition that is off beside the living copy is no member; a guest that is off where it lives is.
  private func isPresent(_ copy: SimulatedInstance, _ cell: SimulatedCell) -> Bool {
    copy.power.holdsMemory || cell.copies(of: copy.uuid).allSatisfy { !$0.power.holdsMemory }
  }
}
