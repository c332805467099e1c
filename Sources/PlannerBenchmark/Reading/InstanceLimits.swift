/// What an instance may hold at most: room for far more than the largest published estate, and sums that never overflow 64 bits.
package enum InstanceLimits {
  /// Of the text, and of what a gzip file unpacks to.
  package static let bytesMax = 512 << 20
  /// Levels of arrays and objects.
  package static let depthMax = 32
  package static let hostsMax = 200_000
  package static let vmsMax = 2_000_000
  package static let groupsMax = 1_000_000
  /// VMs of all groups together.
  package static let membersMax = 8_000_000
  /// Names in one list (labels, pools, zones).
  package static let listMax = 10_000
  /// Of one name.
  package static let nameBytesMax = 256
  /// Of any number: 4 PiB of memory in MiB, 4 EiB of disk in GiB.
  package static let amountMax = 1 << 32
  /// vCPUs for a physical CPU.
  package static let ratioMax = 1000.0
}
