import CLinux
import Glibc
import Reconciler

/// What the process asks of the kernel before anything else.
enum ProcessSettings {
  /// Descriptors asked for: a fleet of thousands of hosts has some for each. Children are not given more than they can close in a moment.
  static let descriptorsMax = 131_072

  static func prepare() {
    raiseDescriptors()
    keepMemoryToItself()
    CrashNote.install()
  }

  /// Up to what the administrator allows.
  private static func raiseDescriptors() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(descriptorsMax)))
    setrlimit(resource, &limit)
  }

  /// Its memory holds logins: no core file, and no other process of the same user reads it.
  private static func keepMemoryToItself() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    _ = linux_keep_memory_private()
  }
}
