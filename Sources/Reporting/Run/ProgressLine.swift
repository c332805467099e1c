package import Fleet

/// One running migration at one instant.
package struct ProgressLine: Sendable, Equatable {
  package var id: String
  package var instance: InstanceName
  package var from: HostName
  package var to: HostName
  package var mode: MigrationMode
  /// 0 to 1; what lies outside is shown as the nearer end.
  package var fraction: Double
  package var transferredBytes: Int
  package var totalBytes: Int
  /// Of the iteration under way; from the second on it says more than what was sent, for pages are sent again.
  package var remainingBytes: Int
  /// 0 = not known.
  package var bytesPerSecond: Int
  /// Until it is expected to have ended; nil: nobody can say.
  package var remainingSeconds: Int?
  /// True: it cannot take less, but how much more is not known yet.
  package var isAtLeast: Bool
  /// Of memory, from 1; 0: not told.
  package var iteration: Int
  /// 0: not told.
  package var dirtyBytesPerSecond: Int
  /// Per cent by which the guest is slowed so that its migration ends.
  package var throttlePercent: Int
  /// The pause the hypervisor may make now; nil: its own limit.
  package var downtimeLimitMilliseconds: Int?
  /// The pause it would need to end, where that is more than is allowed; nil: it is expected to end.
  package var downtimeLackingMilliseconds: Int?
  /// What it does now, such as `copyDisk` or `post-copy`; empty: copies memory.
  package var state: String

  package init(
    id: String, instance: InstanceName, from: HostName, to: HostName, mode: MigrationMode, fraction: Double = 0, transferredBytes: Int = 0,
    totalBytes: Int = 0, remainingBytes: Int = 0, bytesPerSecond: Int = 0, remainingSeconds: Int? = nil, isAtLeast: Bool = false,
    iteration: Int = 0,
    dirtyBytesPerSecond: Int = 0, throttlePercent: Int = 0, downtimeLimitMilliseconds: Int? = nil, downtimeLackingMilliseconds: Int? = nil,
    state: String = ""
  ) {
    self.id = id
    self.instance = instance
    self.from = from
    self.to = to
    self.mode = mode
    self.fraction = fraction
    self.transferredBytes = transferredBytes
    self.totalBytes = totalBytes
    self.remainingBytes = remainingBytes
    self.bytesPerSecond = bytesPerSecond
    self.remainingSeconds = remainingSeconds
    self.isAtLeast = isAtLeast
    self.iteration = iteration
    self.dirtyBytesPerSecond = dirtyBytesPerSecond
    self.throttlePercent = throttlePercent
    self.downtimeLimitMilliseconds = downtimeLimitMilliseconds
    self.downtimeLackingMilliseconds = downtimeLackingMilliseconds
    self.state = state
  }
}

/// How far a run is.
package struct ProgressCounts: Sendable, Equatable {
  package var done: Int
  /// Of `done`, those that did not succeed.
  package var failed: Int
  package var running: Int
  package var waiting: Int
  package var total: Int

  package init(done: Int, failed: Int = 0, running: Int, waiting: Int, total: Int) {
    self.done = done
    self.failed = failed
    self.running = running
    self.waiting = waiting
    self.total = total
  }

  /// `5 of 12 done, 1 failed, 2 running, 5 waiting`.
  package var text: String {
    var parts = ["\(CountFormat.number(done)) of \(CountFormat.number(total)) done"]
    if failed > 0 { parts.append("\(CountFormat.number(failed)) failed") }
    return (parts + ["\(CountFormat.number(running)) running", "\(CountFormat.number(waiting)) waiting"]).joined(separator: ", ")
  }
}
