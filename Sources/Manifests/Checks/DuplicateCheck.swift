import Fleet

/// Two objects of one kind and name, two instances of one uuid, two hosts of one connection.
enum DuplicateCheck {
  static func run(_ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    let all = index.declarations
    check(.cell, all.cells, \.cell.name.rawValue, \.cell.location, &diagnostics)
    check(.instance, all.instances, \.instance.name.rawValue, \.instance.location, &diagnostics)
    check(.placementRule, all.rules, \.rule.name.rawValue, \.rule.location, &diagnostics)
    check(.migrationPolicy, all.policies, \.name.rawValue, \.location, &diagnostics)
    checkHosts(index, &diagnostics)
    checkUUIDs(all.instances, &diagnostics)
    checkConnections(index, &diagnostics)
  }

  @inline(__always)
  private static func check<Object>(
    _ kind: ManifestKind, _ objects: [Object], _ name: KeyPath<Object, String>, _ location: KeyPath<Object, SourceLocation>,
    _ diagnostics: inout DiagnosticList
  ) {
    var first: [String: Int] = Dictionary(minimumCapacity: objects.count)
    for position in objects.indices {
      let objectName = objects[position][keyPath: name]
      guard let earlier = first.updateValue(position, forKey: objectName) else { continue }
      first[objectName] = earlier
      diagnostics.error(
        "\(kind.rawValue) '\(objectName)' is declared twice", at: objects[position][keyPath: location],
        hint: "the first is at \(objects[earlier][keyPath: location]); remove or rename one")
    }
  }

  private static func checkHosts(_ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    for (position, declared) in index.declarations.hosts.enumerated() {
      let name = declared.host.name.rawValue
      guard let firstPosition = index.hosts[name], firstPosition != position else { continue }
      let first = index.declarations.hosts[firstPosition]
      let hint = "the first is at \(first.host.location); remove or rename one"
      if let cell = declared.cell, let firstCell = first.cell, cell.name != firstCell.name {
        let message = "Host '\(name)' is declared in two cells, '\(firstCell.name)' and '\(cell.name)'"
        diagnostics.error(message, at: declared.host.location, hint: hint)
      } else {
        diagnostics.error("Host '\(name)' is declared twice", at: declared.host.location, hint: hint)
      }
    }
  }

  private static func checkUUIDs(_ instances: [DeclaredInstance], _ diagnostics: inout DiagnosticList) {
    var first: [String: Int] = [:]
    for position in instances.indices {
      guard let mark = instances[position].uuid, let uuid = instances[position].instance.uuid?.rawValue else { continue }
      guard let earlier = first.updateValue(position, forKey: uuid) else { continue }
      first[uuid] = earlier
      let (other, declared) = (instances[earlier].instance, instances[position])
      // Two documents of one name are reported as such.
      guard other.name != declared.instance.name else { continue }
      diagnostics.error(
        "Instance '\(declared.instance.name)' has the uuid of Instance '\(other.name)'",
        at: SourceLocation(declared.instance.location.path, mark), hint: "that one is at \(other.location); a guest is declared once")
    }
  }

  private static func checkConnections(_ index: FleetIndex, _ diagnostics: inout DiagnosticList) {
    var first: [String: DesiredHost] = [:]
    for declared in index.declarations.hosts {
      guard let connection = declared.connection, let cell = declared.cell.flatMap({ index.cell($0.name) }), cell.hypervisorIsKnown else {
        continue
      }
      let scope = cell.cell.connection == .libvirt ? "" : cell.cell.name.rawValue
      let key = "\(scope) \(connection.name)"
      guard let other = first[key] else {
        first[key] = declared.host
        continue
      }
      guard other.name != declared.host.name else { continue }
      diagnostics.error(
        "Host '\(declared.host.name)' has the connection of Host '\(other.name)'",
        at: SourceLocation(declared.host.location.path, connection.mark), hint: "that one is at \(other.location); a host is declared once")
    }
  }
}
