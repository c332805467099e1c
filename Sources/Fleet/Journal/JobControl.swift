/// A change to a running job.
package enum JobControl: Sendable, Equatable {
  case setDowntime(milliseconds: Int)
  case setBandwidth(bytesPerSecond: Int)
  case startPostCopy
  /// Pauses the guest so that the migration ends.
  case suspend
  /// Refused in post-copy.
  case abort
}
