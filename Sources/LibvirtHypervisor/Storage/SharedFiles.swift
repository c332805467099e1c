import CLibvirt
import Fleet
import Hypervisor

/// Makes sure, right before a live or block migration, that each shared file at its path is the one QEMU has open, on both hosts.
struct SharedFiles: Sendable {
  let source: LibvirtHost
  let destination: LibvirtHost
  let uuid: InstanceUUID
  let deadline: Deadline

  /// Looks before a difference is believed: a network file system may show a change a little late.
  static let looksMax = 4
  static let lookAgainMilliseconds = 1500
  /// Between the two looks at the source: time for a guest that writes to do so.
  static let writesMilliseconds = 250

  /// Why the files are not proved to be the same; nil: they are, as far as their hosts tell. Block devices have no such marks and are not
  /// judged.
  func objection(to disks: [DiskDescription]) async -> String? {
    let files = disks.filter { $0.kind == .file || $0.kind == .volume }
    guard !files.isEmpty else { return nil }
    var objection: String?
    for look in 0..<Self.looksMax {
      if look > 0 { try? await Task.sleep(for: .milliseconds(Self.lookAgainMilliseconds)) }
      switch await self.look(at: files) {
      case .success(nil): return nil
      case .success(let found?): objection = found
      case .failure(let error): return error.message
      }
    }
    return objection
  }

  private func look(at disks: [DiskDescription]) async -> Result<String?, LibvirtError> {
    let uuid = uuid
    let before = await source.call(deadline) { connection throws(LibvirtError) in
      (try Self.files(disks, connection), try Self.open(uuid, connection))
    }
    guard case .success(let (filesBefore, openBefore)) = before else { return before.map { _ in nil } }
    let there = await destination.call(deadline) { connection throws(LibvirtError) in try Self.files(disks, connection) }
    guard case .success(let filesThere) = there else { return there.map { _ in nil } }
    try? await Task.sleep(for: .milliseconds(Self.writesMilliseconds))
    let after = await source.call(deadline) { connection throws(LibvirtError) in
      let open = try Self.open(uuid, connection)
      return (try Self.files(disks, connection), open)
    }
    guard case .success(let (filesAfter, openAfter)) = after else { return after.map { _ in nil } }
    for disk in disks {
      let target = disk.target
      let text = VolumeReference(disk)?.text ?? target
      // Neither host tells a time of change: a device.
      if filesBefore[target] == nil, filesThere[target] == nil { continue }
      guard let before = filesBefore[target], let after = filesAfter[target] else {
        return .success("disk \(target) (\(text)) is a file on \(destination.name) and none on \(source.name)")
      }
      guard let there = filesThere[target] else {
        return .success("disk \(target) (\(text)) is a file on \(source.name) and none on \(destination.name)")
      }
      guard let openBefore = openBefore[target], let openAfter = openAfter[target] else {
        return .success("QEMU on \(source.name) does not tell what it has open as disk \(target)")
      }
      let file = SharedFile(
        target: target, path: text, isRaw: disk.format == "raw", before: before, openBefore: openBefore, there: there, openAfter: openAfter,
        after: after)
      if let objection = file.objection(source.name, destination.name) { return .success(objection) }
    }
    return .success(nil)
  }

  /// By target, as the host sees them now: libvirt opens each anew to describe it. Those without a time of change are left out.
  private static func files(_ disks: [DiskDescription], _ connection: ConnectionHandle) throws(LibvirtError) -> [String: SharedFile.Look] {
    var found: [String: SharedFile.Look] = [:]
    for disk in disks {
      guard let volume = try VolumeReference(disk).flatMap({ reference throws(LibvirtError) in try reference.find(connection) }) else {
        throw .refused("disk \(disk.target) (\(VolumeReference(disk)?.text ?? "?")) is in no active pool")
      }
      let xml = try volume.xml()
      let description = try parsed { try VolumeDescription(xml: xml) }
      guard let changed = description.modificationTime, let length = description.physicalBytes else { continue }
      found[disk.target] = SharedFile.Look(lengthBytes: length, allocatedBytes: description.allocationBytes, changedAt: changed)
    }
    return found
  }

  /// By target, from the guest's own QEMU.
  private static func open(_ uuid: InstanceUUID, _ connection: ConnectionHandle) throws(LibvirtError) -> [String: SharedFile.Open] {
    guard let domain = try connection.domain(uuid: uuid.rawValue) else { throw .refused("it is not there any more") }
    let values = try connection.statistics(of: [domain], UInt32(VIR_DOMAIN_STATS_BLOCK.rawValue), flags: 0)[uuid.rawValue] ?? [:]
    var found: [String: SharedFile.Open] = [:]
    for index in 0..<(values.number("block.count") ?? 0) {
      guard let target = values.text("block.\(index).name"), let capacity = values.number("block.\(index).capacity"),
        let allocated = values.number("block.\(index).physical"), let writes = values.number("block.\(index).wr.reqs")
      else { continue }
      found[target] = SharedFile.Open(capacityBytes: capacity, allocatedBytes: allocated, writes: writes)
    }
    return found
  }
}
