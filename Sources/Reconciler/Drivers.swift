package import Fleet
package import Hypervisor
import LibvirtHypervisor
import SimulatedHypervisor

/// Makes the driver of a cell; the only place, with the command line, that knows the drivers.
package struct Drivers: Sendable {
  package var make: @Sendable (DesiredCell, [DesiredHost], WriterIdentity) -> any Hypervisor

  package init(make: @escaping @Sendable (DesiredCell, [DesiredHost], WriterIdentity) -> any Hypervisor) { self.make = make }

  /// The drivers of this build.
  package static func standard(clock: any ReconcilerClock) -> Drivers {
    let links = LibvirtLinks()
    return Drivers { cell, hosts, writer in
      switch cell.connection {
      case .simulated(let connection):
        SimulatedHypervisor(
          cell: cell, hosts: hosts, writer: writer, store: FileWorldStore(connection: connection, wallClock: { clock.now() }))
      case .libvirt: LibvirtHypervisor(cell: cell, hosts: hosts, writer: writer, links: links, now: { clock.now() })
      case .xenapi:
        UnavailableHypervisor(
          reason: "this build of reconcile has no driver for hypervisor \(cell.connection.hypervisor)", hosts: hosts.map(\.name),
          cell: cell.name)
      }
    }
  }
}
