/// What a live or block migration was predicted to take, made of known numbers only.
///
/// Device state and network announcements at the switch come on top: they are a host pair's own, and nobody measured them.
package struct MigrationForecast: Sendable, Equatable, Codable {
  /// From the migration's beginning; nil: pre-copy does not end within what the policy allows.
  package var totalMilliseconds: Int?
  /// The guest's pause at the end; nil with `totalMilliseconds`.
  package var downtimeMilliseconds: Int?
  /// The smallest downtime limit with which pre-copy ends by itself; 0: any, given time.
  package var downtimeNeededMilliseconds: Int
  /// Over the network, disks included; nil with `totalMilliseconds`.
  package var transferredBytes: Int?
  /// What it was made of: the rate of the migration, and how fast the guest writes.
  package var bytesPerSecond: Int
  package var dirtyBytesPerSecond: Int
  /// Bytes the guest keeps writing to; nil: not known, all of its memory was assumed.
  package var workingSetBytes: Int?

  package init(
    totalMilliseconds: Int?, downtimeMilliseconds: Int?, downtimeNeededMilliseconds: Int, transferredBytes: Int?, bytesPerSecond: Int,
    dirtyBytesPerSecond: Int, workingSetBytes: Int? = nil
  ) {
    self.totalMilliseconds = totalMilliseconds
    self.downtimeMilliseconds = downtimeMilliseconds
    self.downtimeNeededMilliseconds = downtimeNeededMilliseconds
    self.transferredBytes = transferredBytes
    self.bytesPerSecond = bytesPerSecond
    self.dirtyBytesPerSecond = dirtyBytesPerSecond
    self.workingSetBytes = workingSetBytes
  }
}
