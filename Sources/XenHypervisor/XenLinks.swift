import Fleet
import Hypervisor
import Synchronization

/// The connections of one process: one a pool, kept from pass to pass.
package final class XenLinks: Sendable {
  private let pools = Mutex<[CellName: (connection: XenConnection, pool: XenPool, jobs: XenJobs)]>([:])
  private let wrap: @Sendable (any XenCalls) -> any XenCalls

  /// `wrap` lets tests look at every call.
  package init(wrap: @escaping @Sendable (any XenCalls) -> any XenCalls = { $0 }) { self.wrap = wrap }

  /// What does not answer in that time ends its session by itself after a day.
  private static let closeMilliseconds = 3_000

  package func close() async {
    let open = pools.withLock { pools in pools.values.map(\.pool) }
    for pool in open { await pool.close(deadline: Deadline(milliseconds: Self.closeMilliseconds)) }
  }

  func link(to cell: DesiredCell) -> (pool: XenPool, calls: any XenCalls, jobs: XenJobs) {
    guard case .xenapi(let connection) = cell.connection else { preconditionFailure("a cell of another hypervisor") }
    return pools.withLock { pools in
      if let known = pools[cell.name], known.connection == connection { return (known.pool, wrap(known.pool), known.jobs) }
      let new = (connection, XenPool(connection), XenJobs())
      pools[cell.name] = new
      return (new.1, wrap(new.1), new.2)
    }
  }
}
