import Fleet

/// What may have happened to a guest that is not as its manifest has it.
extension CellFactsBuilder {
  /// A missing instance whose name an undeclared guest almost has: a domain behind it, another case, or the guest of its last uuid.
  mutating func hintAtNearNames() {
    let instances = facts.observation.instances
    var undeclared: [String: [Int]] = [:]
    for index in instances.indices where !claimed[index] { undeclared[Self.folded(instances[index].name), default: []].append(index) }
    for index in facts.declared.indices where facts.declared[index].bucket == .missing {
      let desired = input.desired.instances[facts.declared[index].index]
      let known = input.memory.lastUUIDs[facts.cell.name]?[desired.name]
      if let known, desired.uuid == nil, let renamed = firstOfUUID[known] {
        let guest = instances[renamed]
        facts.declared[index].text +=
          "; the guest it was (uuid \(known)) is called \(guest.name) now\(Self.place(guest)): rename it back, or change the manifest"
      } else if let near = undeclared[Self.folded(desired.name)]?.first {
        facts.declared[index].text +=
          "; guest \(instances[near].name)\(Self.place(instances[near])), which no manifest names, has almost its name"
      }
    }
    for index in facts.declared.indices where facts.declared[index].bucket == .inSync || facts.declared[index].bucket == .violating {
      let desired = input.desired.instances[facts.declared[index].index]
      guard desired.uuid == nil, let was = input.memory.lastUUIDs[facts.cell.name]?[desired.name],
        let now = facts.declared[index].observed.first.map({ instances[$0].uuid }), now != was
      else { continue }
      let other = firstOfUUID[was].map { ", and \(was) is called \(instances[$0].name) now" } ?? ""
      facts.warnings.append(
        "\(desired.name) is another guest than before: it was \(was), and is \(now)\(other); set spec.uuid to say which one is meant")
    }
  }

  /// Nothing starts it, and nothing else would say that it does not run.
  mutating func warnOfCrashed() {
    for declared in facts.declared {
      for guest in declared.observed.map({ facts.observation.instances[$0] }) {
        let name = input.desired.instances[declared.index].name
        if guest.power == .crashed {
          facts.warnings.append("\(name)\(Self.place(guest)) is off because it crashed; reconcile starts no guest that it did not stop")
        } else if declared.bucket != .moving, let at = input.memory.wentOff[guest.uuid] {
          facts.warnings.append(
            "\(name)\(Self.place(guest)) is off, and was seen running there at \(at): if nobody shut it down, start it; reconcile starts no "
              + "guest that it did not stop")
        }
      }
    }
  }

  private static func place(_ guest: InstanceObservation) -> String { guest.host.map { " on \($0)" } ?? "" }

  /// Without the domain behind it, in small letters.
  private static func folded(_ name: InstanceName) -> String { name.rawValue.prefix { $0 != "." }.lowercased() }
}
