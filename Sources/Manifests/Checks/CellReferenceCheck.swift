import Fleet

/// What Cells and Hosts name: policies, hosts with an address, the host's cell, and the connection that its hypervisor wants.
enum CellReferenceCheck {
  static func run(_ index: inout FleetIndex, _ trust: ManifestTrust, _ diagnostics: inout DiagnosticList) {
    for declared in index.declarations.cells {
      let path = declared.cell.location.path
      if let policy = declared.policy, index.policies[policy.name] == nil {
        index.unknown(.migrationPolicy, policy, path: path, &diagnostics)
      }
      for address in declared.addresses { check(address, of: declared.cell, &index, &diagnostics) }
    }
    for declared in index.declarations.hosts {
      guard let name = declared.cell else { continue }
      guard let cell = index.cell(name.name) else {
        index.unknown(.cell, name, path: declared.host.location.path, &diagnostics)
        continue
      }
      if cell.hypervisorIsKnown { check(declared, in: cell.cell, trust, &diagnostics) }
    }
  }

  private static func check(_ address: Reference, of cell: DesiredCell, _ index: inout FleetIndex, _ diagnostics: inout DiagnosticList) {
    guard let host = index.host(address.name) else {
      return index.unknown(.host, address, path: cell.location.path, &diagnostics)
    }
    guard let other = host.cell?.name, other != cell.name.rawValue else { return }
    diagnostics.error(
      "Host '\(address.name)' is in cell '\(other)', not in '\(cell.name)'", at: SourceLocation(cell.location.path, address.mark),
      hint: "it is declared at \(host.host.location)")
  }

  private static func check(_ declared: DeclaredHost, in cell: DesiredCell, _ trust: ManifestTrust, _ diagnostics: inout DiagnosticList) {
    let host = declared.host
    let place = declared.connection.map { SourceLocation(host.location.path, $0.mark) } ?? host.location
    let example = "for example connection: qemu+tls://\(host.name).example/system"
    switch (cell.connection, declared.connection) {
    case (.libvirt, nil):
      // What is gone for good is reached by nobody, and may have no address any more.
      guard !declared.connectionIsGiven, !host.decommissioned else { return }
      diagnostics.error("Host '\(host.name)' of a libvirt Cell needs a 'connection'", at: place, hint: example)
    case (.libvirt, let connection?):
      do throws(LibvirtURI.Problem) {
        for file in try LibvirtURI(connection.name).files where !PathGuard.isWithin(file.value, trust.folders) {
          diagnostics.error(
            "'connection' names \(file.name)=\(file.value), a file of the machine that runs this", at: place,
            hint: "whoever runs it allows a folder of such files with --allow-path FOLDER")
        }
      } catch {
        diagnostics.error(error.message, at: place, hint: error.hint)
      }
    case (.simulated, _?):
      diagnostics.error(
        "a Host of a simulated Cell has no 'connection'", at: place, hint: "remove it: the host's name is its key in the world file")
    default: break
    }
  }
}
