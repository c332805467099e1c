import Fleet

/// One disk's file as both hosts of a migration see it, beside what the guest's QEMU has open: says whether they are one file. Pure.
///
/// A folder may be proved to be one storage and the file in it still be another one than QEMU's: where a file system was mounted over the
/// folder after the guest had started, QEMU goes on with the file below. QEMU's numbers come from its own descriptor
/// (`query-named-block-nodes`: `actual-size` is `st_blocks` of the open file), the hosts' from the path.
struct SharedFile: Sendable, Equatable {
  /// The file at the path.
  struct Look: Sendable, Equatable {
    var lengthBytes: Int
    var allocatedBytes: Int
    var changedAt: Timestamp
  }

  /// What QEMU says of the disk it has open.
  struct Open: Sendable, Equatable {
    /// What the guest sees; of a raw image the file's length.
    var capacityBytes: Int
    var allocatedBytes: Int
    /// Writes that ended since QEMU opened it.
    var writes: Int
  }

  var target: String
  var path: String
  var isRaw: Bool
  /// In the order of the looks: the source's file, QEMU, the destination's file, QEMU, the source's file.
  var before: Look
  var openBefore: Open
  var there: Look
  var openAfter: Open
  var after: Look

  /// Attributes that a host has kept for a moment may be so old: FUSE keeps them for one second, and opening a file on NFS asks again.
  static let attributesOldMilliseconds = 3000
  /// Blocks that the file system has put aside for growth come and go.
  static let allocationToleranceBytes = 1 << 20

  /// Why it is not one file; nil: nothing speaks against it.
  func objection(_ source: HostName, _ destination: HostName) -> String? {
    let opened = "what its QEMU has open; was a file system mounted over the folder while it ran?"
    if isRaw, openBefore.capacityBytes == openAfter.capacityBytes, before.lengthBytes == after.lengthBytes,
      openBefore.capacityBytes != before.lengthBytes
    {
      return "\(path) on \(source) has \(before.lengthBytes) bytes, disk \(target) has \(openBefore.capacityBytes): it is not \(opened)"
    }
    if let gap = Self.gap(before.allocatedBytes, after.allocatedBytes, openBefore.allocatedBytes, openAfter.allocatedBytes) {
      return "\(path) on \(source) takes \(gap.one) bytes of its storage, disk \(target) takes \(gap.other): it is not \(opened)"
    }
    // All of them ended after the first look at the file and before the last.
    if openAfter.writes > openBefore.writes, before.changedAt == after.changedAt {
      return "\(path) on \(source) does not change while disk \(target) is written: it is not \(opened)"
    }
    let another = "\(path) on \(destination) is another file than disk \(target) on \(source)"
    let lengths = min(before.lengthBytes, after.lengthBytes)...max(before.lengthBytes, after.lengthBytes)
    guard lengths.contains(there.lengthBytes) else {
      return "\(another): it has \(there.lengthBytes) bytes, not \(after.lengthBytes)"
    }
    if let gap = Self.gap(before.allocatedBytes, after.allocatedBytes, there.allocatedBytes, there.allocatedBytes) {
      return "\(another): it takes \(gap.other) bytes of its storage, not \(gap.one)"
    }
    let isQuiet = openBefore.writes == openAfter.writes && before.changedAt == after.changedAt
    let leeway = isQuiet ? 0 : Self.attributesOldMilliseconds
    guard there.changedAt >= before.changedAt.adding(milliseconds: -leeway), there.changedAt <= after.changedAt.adding(milliseconds: leeway)
    else { return "\(another): it was changed at \(there.changedAt), not at \(after.changedAt)" }
    return nil
  }

  /// Two quantities that each moved between two looks, if they are further apart than that and the tolerance explain.
  private static func gap(_ oneFirst: Int, _ oneLast: Int, _ otherFirst: Int, _ otherLast: Int) -> (one: Int, other: Int)? {
    let (one, other) = (min(oneFirst, oneLast)...max(oneFirst, oneLast), min(otherFirst, otherLast)...max(otherFirst, otherLast))
    if one.lowerBound > other.upperBound + allocationToleranceBytes { return (oneLast, otherLast) }
    if other.lowerBound > one.upperBound + allocationToleranceBytes { return (oneLast, otherLast) }
    return nil
  }
}
