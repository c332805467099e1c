/// A change to a running job.
package enum JobControl: Sendable, Equatable {
  case setDowntime(milliseconds: Int)
  case setBandwidth(bytesPerSecond: Int)
  case startPostCopy
  /// Pauses the guest at its source so that the migration ends; where it then fails and the guest is left paused, a `resume` step follows.
  case suspend
  /// Refused in post-copy.
  case abort
}
