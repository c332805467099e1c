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
  /// 0 = not known.
  package var bytesPerSecond: Int
  package var remainingSeconds: Int?
  /// What it does now, such as `copying vda` or `switching over`; empty: copies memory.
  package var state: String

  package init(
    id: String, instance: InstanceName, from: HostName, to: HostName, mode: MigrationMode, fraction: Double = 0, transferredBytes: Int = 0,
    totalBytes: Int = 0, bytesPerSecond: Int = 0, remainingSeconds: Int? = nil, state: String = ""
  ) {
    self.id = id
    self.instance = instance
    self.from = from
    self.to = to
    self.mode = mode
    self.fraction = fraction
    self.transferredBytes = transferredBytes
    self.totalBytes = totalBytes
    self.bytesPerSecond = bytesPerSecond
    self.remainingSeconds = remainingSeconds
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
