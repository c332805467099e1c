/// Disks that a guest has from its next start on: those that its definition names and that what runs lacks, or has from another place.
enum PendingDisks {
  static func of(_ running: DomainDescription, nextBoot: DomainDescription?) -> [DiskDescription] {
    guard let nextBoot else { return [] }
    return nextBoot.disks.filter { next in
      guard next.hasSource else { return false }
      guard let now = running.disks.first(where: { $0.target == next.target }) else { return true }
      return !isSameSource(now, next)
    }
  }

  private static func isSameSource(_ now: DiskDescription, _ next: DiskDescription) -> Bool {
    if let path = now.path, let pending = next.path { return path == pending }
    if now.volume != nil || next.volume != nil { return now.volume == next.volume && now.pool == next.pool }
    return now.kind == next.kind && now.path == next.path && now.network == next.network
  }
}
