package import Fleet
package import Hypervisor
import LibvirtHypervisor
import SimulatedHypervisor
import XenHypervisor

/// Makes the driver of a cell; the only place, with the command line, that knows the drivers.
package struct Drivers: Sendable {
  package var make: @Sendable (DesiredCell, [DesiredHost], WriterIdentity) -> any Hypervisor

  package init(make: @escaping @Sendable (DesiredCell, [DesiredHost], WriterIdentity) -> any Hypervisor) { self.make = make }

  /// The drivers of this build.
  package static func standard(clock: any ReconcilerClock) -> Drivers {
    let links = LibvirtLinks()
    let pools = XenLinks()
    return Drivers { cell, hosts, writer in
      switch cell.connection {
      case .simulated(let connection):
        SimulatedHypervisor(
          cell: cell, hosts: hosts, writer: writer, store: FileWorldStore(connection: connection, wallClock: { clock.now() }))
      case .libvirt: LibvirtHypervisor(cell: cell, hosts: hosts, writer: writer, links: links, now: { clock.now() })
      case .xenapi: XenHypervisor(cell: cell, hosts: hosts, writer: writer, links: pools, now: { clock.now() })
      }
    }
  }
}
