import Glibc
import Synchronization

/// Counts connections against what the process may have open: libvirt and the language's own runtime end the process where none is left.
enum Descriptors {
  /// Of one connection: its socket, the pipe that wakes its reader, and one to spare for a child's pipes.
  static let perConnection = 4
  /// For files, logs, children and other sockets.
  static let reserve = 96

  private static let open = Atomic(0)

  static func take() throws(LibvirtError) {
    var limit = rlimit()
    let allowed = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Int(clamping: limit.rlim_cur) : 1024
    let connectionsMax = max(1, (allowed - reserve) / perConnection)
    guard open.add(1, ordering: .relaxed).newValue <= connectionsMax else {
      open.subtract(1, ordering: .relaxed)
      throw .refused(
        "not asked: this process may have \(allowed) files open (ulimit -n), which is enough for \(connectionsMax) connections at once; "
          + "raise it, or split the fleet")
    }
  }

  static func giveBack() { open.subtract(1, ordering: .relaxed) }
}
