package import Fleet
import Hypervisor

/// What is told while hosts are looked at.
package enum HostLook: Sendable, Equatable {
  /// These are asked now.
  case begun([HostName])
  /// Nil: it answered. A host may be told of twice.
  case heard(HostName, silentBecause: String?)
  case ended
}

extension Pass {
  /// Looks at every host, and tells of it whoever wants to know.
  func observe(_ hypervisors: [CellName: any Hypervisor], likelyOff: [CellName: Set<HostName>] = [:]) async -> Observation {
    guard let looks else { return await Observer.observe(hypervisors, at: clock.now(), likelyOff: likelyOff) }
    looks(.begun(desired.hosts.filter { !$0.decommissioned && hypervisors[$0.cell] != nil }.map(\.name)))
    let seen = await HostHearing.$told.withValue({ looks(.heard($0, silentBecause: $1)) }) {
      await Observer.observe(hypervisors, at: clock.now(), likelyOff: likelyOff)
    }
    looks(.ended)
    return seen
  }
}
