/// What a host may say of itself and its guests before it is not believed: sizes, numbers, lengths and times.
///
/// A guest's owner can make a sparse disk of an exbibyte, a broken host can have any number of bytes of memory. Everything behind this point
/// adds these numbers up and multiplies them by small factors, which fits into 64 bits: the sum over a fleet is bounded, too. What is beyond is
/// one host's or one guest's finding; all others go on.
package enum FactBounds {
  /// Of one disk, one guest's or one host's memory: 1 PiB.
  package static let bytesMax = 1 << 50
  /// Of one storage: 1 EiB, of which no more is ever used than disks ask for.
  package static let storageBytesMax = 1 << 57
  package static let processorsMax = 1 << 16
  /// Over all of a cell's guests.
  package static let totalBytesMax = 1 << 57
  package static let textBytesMax = 4096
  package static let disksPerGuestMax = 1024
  package static let notesMax = 100
  package static let storagesPerHostMax = 10_000
  /// No writer's mark lasts so long; what says so is no mark of a writer at work.
  package static let markMillisecondsMax = 24 * 3_600_000

  package static func bounded(_ observation: Observation) -> Observation {
    var observation = observation
    observation.cells = observation.cells.map { bounded($0, at: observation.at) }
    return observation
  }

  package static func bounded(_ cell: CellObservation, at now: Timestamp) -> CellObservation {
    var cell = cell
    let answered = Set(cell.hosts.filter(\.reachable).map(\.name))
    cell.hosts = cell.hosts.map(bounded)
    cell.notes = cell.notes.prefix(notesMax).map(shortened)
    let unbelieved = Set(cell.hosts.filter { !$0.reachable && answered.contains($0.name) }.map(\.name))
    // What was shown by a host that is not believed is as unknown as if it had not answered.
    cell.instances.removeAll { $0.host.map(unbelieved.contains) ?? false }
    cell.leftovers = cell.leftovers.filter { !unbelieved.contains($0.host) }.map { leftover in
      var leftover = leftover
      leftover.text = shortened(leftover.text)
      return leftover
    }
    cell.instances = cell.instances.map { bounded($0, at: now) }
    boundTotal(&cell.instances)
    return cell
  }

  // MARK: one host

  private static func bounded(_ host: HostObservation) -> HostObservation {
    var host = host
    host.unreachableReason = host.unreachableReason.map(shortened)
    host.cpuModel = shortened(host.cpuModel)
    host.unmeasured = host.unmeasured.map(shortened)
    guard host.reachable else { return host }
    if !(0...bytesMax).contains(host.memoryBytes) {
      return unbelieved(host, "\(host.memoryBytes) bytes of memory")
    }
    if !(0...processorsMax).contains(host.cpus) { return unbelieved(host, "\(host.cpus) processors") }
    if host.storages.count > storagesPerHostMax { return unbelieved(host, "\(host.storages.count) storages") }
    for index in host.storages.indices {
      host.storages[index].freeBytes = min(max(0, host.storages[index].freeBytes), storageBytesMax)
    }
    return host
  }

  private static func unbelieved(_ host: HostObservation, _ what: String) -> HostObservation {
    HostObservation(
      name: host.name, reachable: false, unreachableReason: "it says it has \(what), which no host has, so nothing it says is believed")
  }

  // MARK: one guest

  /// Backing images, files and options of one guest that are named.
  package static let needsPerGuestMax = 1024

  package static func bounded(_ guest: InstanceObservation, at now: Timestamp) -> InstanceObservation {
    var guest = guest
    var nonsense: [String] = []
    if guest.uuid.rawValue.isEmpty || guest.name.rawValue.isEmpty { nonsense.append("no uuid or no name") }
    if guest.name.rawValue.utf8.count > textBytesMax || guest.uuid.rawValue.utf8.count > textBytesMax {
      nonsense.append("a name of \(guest.name.rawValue.utf8.count) bytes")
      guest.name = InstanceName(shortened(guest.name.rawValue, 256))
      guest.uuid = InstanceUUID(shortened(guest.uuid.rawValue, 256))
    }
    func take(_ value: inout Int, _ limit: Int, _ what: String) {
      guard !(0...limit).contains(value) else { return }
      nonsense.append("\(what) \(value)")
      value = min(max(0, value), limit)
    }
    take(&guest.memoryMaxBytes, bytesMax, "bytes of memory:")
    take(&guest.overheadBytes, bytesMax, "bytes of overhead:")
    take(&guest.vcpus, processorsMax, "processors:")
    if guest.disks.count > disksPerGuestMax {
      nonsense.append("disks: \(guest.disks.count)")
      guest.disks.removeLast(guest.disks.count - disksPerGuestMax)
    }
    for index in guest.disks.indices {
      let target = shortened(guest.disks[index].target, 64)
      take(&guest.disks[index].virtualBytes, bytesMax, "bytes of disk \(target):")
      take(&guest.disks[index].allocatedBytes, bytesMax, "bytes kept of disk \(target):")
    }
    if let needs = guest.needs, needs.count > needsPerGuestMax {
      nonsense.append("files it opens: \(needs.count)")
      guest.needs?.removeLast(needs.count - needsPerGuestMax)
    }
    guest.needs = guest.needs.map { needs in
      needs.map { need in
        var need = need
        need.text = shortened(need.text)
        return need
      }
    }
    for index in guest.disks.indices { guest.disks[index].missing = guest.disks[index].missing.map { shortened($0) } }
    if let bytes = guest.hotplugMemoryBytes, !(0...bytesMax).contains(bytes) { guest.hotplugMemoryBytes = nil }
    // Gauges only: what is no number is no measurement.
    guest.dirtyBytesPerSecond = guest.dirtyBytesPerSecond.flatMap { (0...bytesMax).contains($0) ? $0 : nil }
    guest.workingSetBytes = guest.workingSetBytes.flatMap { (0...bytesMax).contains($0) ? $0 : nil }
    if let mark = guest.mark, !isBelievable(mark, at: now) {
      nonsense.append("a writer's mark until \(mark.expires), which lasts longer than any does")
    }
    if !nonsense.isEmpty, guest.unreadable == nil {
      guest.unreadable = shortened("what its host says of it is not believed (\(nonsense.prefix(3).joined(separator: "; ")))")
    }
    guest.unreadable = guest.unreadable.map { shortened($0) }
    return guest
  }

  /// A writer's mark lasts minutes and is renewed.
  package static func isBelievable(_ mark: WriterMark, at now: Timestamp) -> Bool {
    mark.expires.milliseconds(since: now) <= markMillisecondsMax && mark.epoch >= 0
  }

  /// The largest guests are not believed until the rest fits.
  private static func boundTotal(_ guests: inout [InstanceObservation]) {
    func size(_ guest: InstanceObservation) -> Int {
      guest.disks.reduce(guest.memoryMaxBytes.plus(guest.overheadBytes)) { $0.plus($1.virtualBytes).plus($1.allocatedBytes) }
    }
    var total = guests.reduce(0) { $0.plus(size($1)) }
    guard total > totalBytesMax else { return }
    for index in guests.indices.sorted(by: { (size(guests[$0]), $1) > (size(guests[$1]), $0) }) where total > totalBytesMax {
      total = total == .max ? guests.reduce(0) { $0.plus(size($1)) } : total
      total -= size(guests[index])
      guests[index].unreadable =
        guests[index].unreadable ?? "its size (\(size(guests[index])) bytes) is not believed: all guests together have too many"
      (guests[index].memoryMaxBytes, guests[index].overheadBytes) = (0, 0)
      for disk in guests[index].disks.indices {
        (guests[index].disks[disk].virtualBytes, guests[index].disks[disk].allocatedBytes) = (0, 0)
      }
    }
  }

  private static func shortened(_ text: String) -> String { shortened(text, textBytesMax) }
  private static func shortened(_ text: String, _ limit: Int) -> String {
    text.utf8.count <= limit ? text : String(decoding: text.utf8.prefix(limit), as: UTF8.self) + "…"
  }
}
