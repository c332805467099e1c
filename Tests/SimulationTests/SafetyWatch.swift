import Fleet
import SimulatedHypervisor

/// Looks at the true world at every instant and writes down every broken promise.
struct SafetyWatch: Sendable {
  private(set) var broken: [String] = []
  private let consents: [String: Bool]
  private let rules: [PlacementRule]
  private let labels: [String: [String: String]]
  private let zones: [HostName: [String: String]]
  private let bootsAtStart: [InstanceUUID: Int]
  private let foreign: (uuid: InstanceUUID, copies: [SimulatedInstance])?
  /// Members on each unit when the pass began, by rule and unit.
  private var ruleAtStart: [String: Int] = [:]

  init(desired: DesiredFleet, world: SimulatedWorld, foreign: InstanceUUID?) {
    consents = Dictionary(
      desired.instances.map { ("\($0.cell)/\($0.name)", $0.allowedModes.cold) }, uniquingKeysWith: { first, _ in first })
    labels = Dictionary(desired.instances.map { ("\($0.cell)/\($0.name)", $0.labels) }, uniquingKeysWith: { first, _ in first })
    rules = desired.rules.filter { $0.hold == .always && $0.enforcement == .required }
    zones = Dictionary(desired.hosts.map { ($0.name, $0.labels) }, uniquingKeysWith: { first, _ in first })
    bootsAtStart = Dictionary(
      world.cells.flatMap(\.instances).map { ($0.uuid, $0.bootCount) }, uniquingKeysWith: { first, _ in first })
    self.foreign = foreign.map { uuid in (uuid, world.cells.flatMap { $0.copies(of: uuid) }) }
  }

  mutating func passBegins(_ world: SimulatedWorld) { ruleAtStart = counts(world) }

  mutating func look(at world: SimulatedWorld) {
    for cell in world.cells {
      for (uuid, copies) in Dictionary(grouping: cell.instances, by: \.uuid) {
        let executing = copies.filter(\.power.executes)
        if executing.count > 1 { say("\(uuid) runs on \(executing.map(\.host.rawValue).sorted())") }
        for copy in copies where copy.bootCount > bootsAtStart[uuid, default: 0] && consents["\(cell.name)/\(copy.name)"] != true {
          say("\(copy.name) was rebooted without consent")
        }
      }
    }
    if let foreign, world.cells.flatMap({ $0.copies(of: foreign.uuid) }) != foreign.copies {
      say("\(foreign.uuid) was touched although another writer marked it")
    }
    for (unit, count) in counts(world) {
      guard let limit = limit(unit), count > max(limit, ruleAtStart[unit, default: 0]) else { continue }
      say("\(unit) holds \(count), the limit is \(limit), at the start of the pass \(ruleAtStart[unit, default: 0])")
    }
  }

  private mutating func say(_ text: String) {
    if !broken.contains(text) { broken.append(text) }
  }

  private func limit(_ unit: String) -> Int? {
    for rule in rules { if case .separate(let maximum) = rule.kind, unit.hasPrefix("\(rule.name)@") { return maximum } }
    return nil
  }

  /// Members on each unit, a migrating one on both of its units.
  private func counts(_ world: SimulatedWorld) -> [String: Int] {
    var units: [String: Set<InstanceUUID>] = [:]
    for rule in rules {
      guard case .separate = rule.kind else { continue }
      for cell in world.cells {
        for copy in cell.instances where rule.selector.selects(labels["\(cell.name)/\(copy.name)"] ?? ["": ""]) {
          guard labels["\(cell.name)/\(copy.name)"] != nil, isPresent(copy, cell) else { continue }
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
