package import Fleet
package import Hypervisor
import LibvirtHypervisor
import SimulatedHypervisor
import XenHypervisor

/// Makes the driver of a cell; the only place, with the command line, that knows the drivers.
package struct Drivers: Sendable {
  package var make: @Sendable (DesiredCell, [DesiredHost], WriterIdentity) -> any Hypervisor

  package init(make: @escaping @Sendable (DesiredCell, [DesiredHost], WriterIdentity) -> any Hypervisor) { self.make = make }

  /// One login a pool for all passes of the process: a pool counts sessions, and drops the oldest.
  private static let pools = XenLinks()

  /// Logs out of every pool; before the process ends.
  package static func endSessions() async { await pools.close() }

  /// The drivers of this build.
  package static func standard(clock: any ReconcilerClock) -> Drivers {
    let links = LibvirtLinks()
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
