import BlockingCalls
import CLibvirt
import Fleet
import Glibc
import Hypervisor

/// Streams one disk of a guest that is off from one host to another through this machine, and reads it back.
struct CopyJob: Sendable {
  let job: LibvirtJob
  let source: LibvirtHost
  let destination: LibvirtHost
  /// The guest's disk at the source.
  let original: VolumeReference
  let target: CopyTarget
  /// A CD or the like: where the destination has the same content under that name, it is taken as it is.
  let isMedia: Bool
  let renewMark: @Sendable () -> Void

  /// How often the mark is renewed and the progress shown at most.
  static let renewSeconds = 120

  /// Makes the copy's volume, as long as the source's; media that are there already are only compared.
  func prepare() async throws(HypervisorError) {
    let read = await source.call(LibvirtHypervisor.effectDeadline) { [self] connection throws(LibvirtError) in try original(connection).1 }
    let description: VolumeDescription
    switch read {
    case .success(let found): description = found
    case .failure(let error): throw error.asHypervisorError(beforeEffect: true)
    }
    if let backing = description.backingPath {
      throw HypervisorError(
        .refusedNothingHappened,
        "disk \(target.target) has a backing image (\(backing)), which a copy of the file alone would leave behind: flatten it first")
    }
    let made = await destination.call(LibvirtHypervisor.effectDeadline) { [self] connection throws(LibvirtError) in
      let pool = try connection.pool(target.pool)
      try pool.refresh()
      if isMedia, try pool.volume(target.volume) != nil { return }
      // Bytes for bytes: a new image of the source's format would have a header of its own under what is written over it.
      _ = try OwnCopy.make(target.volume, capacityBytes: Self.length(of: description), format: "raw", in: pool)
    }
    if case .failure(let error) = made { throw error.asHypervisorError(beforeEffect: !error.connectionLost) }
  }

  /// Length of the file or device, which for other formats than raw is not what the guest sees.
  private static func length(of volume: VolumeDescription) -> Int {
    volume.format == "raw" ? volume.capacityBytes : volume.physicalBytes ?? volume.allocationBytes
  }

  func start() -> Bool { BlockingThread.start { run() } }

  private func run() {
    do throws(LibvirtError) {
      let here = try source.openAnother()
      let there = try destination.openAnother()
      let (volume, description) = try self.original(here)
      let pool = try there.pool(target.pool)
      guard let copy = try pool.volume(target.volume) else {
        throw .refused("the copy of \(target.volume) is gone from \(destination.name)")
      }
      guard try OwnCopy.isUnfinished(target.volume, in: pool) else { return try compare(volume, copy) }
      let length = Self.length(of: description)
      let before = try CopyFreshness.state(of: volume)
      let sent = try carry(volume, here, to: copy, there, expecting: length)
      guard sent == (try digest(of: copy)) else {
        throw .refused("the copy of \(target.volume) differs from it: size or hash do not match")
      }
      guard try CopyFreshness.state(of: volume) == before else {
        throw .refused("\(target.volume) changed on \(source.name) while it was copied: somebody uses it")
      }
      if let before { try OwnCopy.note(before, on: target.volume, in: pool) }
      // The host finds out what format it holds now.
      try pool.refresh()
      job.end(.done)
    } catch { job.end(with: error) }
  }

  private func original(_ connection: ConnectionHandle) throws(LibvirtError) -> (VolumeHandle, VolumeDescription) {
    guard let volume = try original.find(connection) else {
      throw .refused("\(target.volume) is a volume of no active pool on \(source.name)")
    }
    return (volume, try parsed { try VolumeDescription(xml: try volume.xml()) })
  }

  private func compare(_ volume: VolumeHandle, _ there: VolumeHandle) throws(LibvirtError) {
    guard try digest(of: volume) == digest(of: there) else {
      throw .refused(
        "\(target.volume) is in pool \(target.pool) on \(destination.name) already and holds something else; it is never overwritten")
    }
    job.end(.done)
  }

  // MARK: bytes

  private func carry(
    _ volume: VolumeHandle, _ here: ConnectionHandle, to copy: VolumeHandle, _ there: ConnectionHandle, expecting length: Int
  ) throws(LibvirtError) -> ContentDigest {
    let (from, to) = (try here.stream(), try there.stream())
    try volume.download(into: from)
    try copy.upload(from: to)
    var digest = ContentDigest()
    var progress = CopyProgress(totalBytes: length, job: job, renewMark: renewMark)
    while true {
      if job.isAbortAsked { throw .refused("aborted") }
      switch try from.receive() {
      case .data(let bytes):
        try to.send(bytes)
        digest.add(bytes)
        progress.advance(by: bytes.count)
      case .hole(let bytes):
        try to.sendHole(bytes: bytes)
        digest.addHole(bytes)
        progress.advance(by: bytes)
      case .end:
        try from.finish()
        try to.finish()
        return digest
      }
    }
  }

  private func digest(of copy: VolumeHandle) throws(LibvirtError) -> ContentDigest {
    let stream = try copy.connection.stream()
    try copy.download(into: stream)
    var digest = ContentDigest()
    var since = 0
    while true {
      switch try stream.receive() {
      case .data(let bytes):
        digest.add(bytes)
        since += bytes.count
      case .hole(let bytes): digest.addHole(bytes)
      case .end:
        try stream.finish()
        return digest
      }
      if since > 1 << 30 {
        renewMark()
        since = 0
      }
    }
  }
}

/// What the copy of a disk has come to.
private struct CopyProgress {
  let totalBytes: Int
  let job: LibvirtJob
  let renewMark: @Sendable () -> Void
  private let begun = ContinuousClock.now
  private var processedBytes = 0
  private var renewedAt = ContinuousClock.now

  init(totalBytes: Int, job: LibvirtJob, renewMark: @escaping @Sendable () -> Void) {
    self.totalBytes = totalBytes
    self.job = job
    self.renewMark = renewMark
  }

  mutating func advance(by bytes: Int) {
    processedBytes += bytes
    let elapsed = (ContinuousClock.now - begun).milliseconds
    job.show(
      JobProgress(
        state: .running, elapsedMilliseconds: elapsed, totalBytes: totalBytes, processedBytes: processedBytes,
        remainingBytes: max(0, totalBytes - processedBytes), bytesPerSecond: elapsed > 0 ? processedBytes * 1000 / elapsed : 0))
    guard (ContinuousClock.now - renewedAt).milliseconds > CopyJob.renewSeconds * 1000 else { return }
    renewedAt = .now
    renewMark()
  }
}
