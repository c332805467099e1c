import CLibvirt
import Fleet
import Glibc

/// Streams one disk of a guest that is off from one host to another through this machine, and reads it back.
struct CopyJob: Sendable {
  let job: LibvirtJob
  let source: LibvirtHost
  let destination: LibvirtHost
  let original: Original
  let target: CopyTarget
  let renewMark: @Sendable () -> Void

  /// The guest's disk at the source.
  enum Original: Sendable {
    case path(String)
    case volume(String, pool: String)

    init?(_ disk: DiskDescription) {
      if let pool = disk.pool, let volume = disk.volume {
        self = .volume(volume, pool: pool)
      } else if let path = disk.path {
        self = .path(path)
      } else {
        return nil
      }
    }
  }

  /// How often the mark is renewed and the progress shown at most.
  static let renewSeconds = 120

  func start() -> Bool { BlockingThread.start { run() } }

  private func run() {
    do throws(LibvirtError) {
      let here = try source.openAnother()
      let there = try destination.openAnother()
      let (volume, description) = try self.original(here)
      let copy = try make(description, there)
      do throws(LibvirtError) {
        let length = description.format == "raw" ? description.capacityBytes : try volume.physicalBytes()
        let sent = try carry(volume, here, to: copy, there, expecting: length)
        let back = try digest(of: copy, there)
        guard sent == back else { throw .refused("the copy of \(target.volume) differs from it: size or hash do not match") }
        job.end(.done)
      } catch {
        // Ours, made by this very job a moment ago. A lost connection leaves it to be undone by the journal.
        try? copy.delete()
        throw error
      }
    } catch { job.end(error.connectionLost ? .unknown(error.message) : .failed(error.message)) }
  }

  private func original(_ connection: ConnectionHandle) throws(LibvirtError) -> (VolumeHandle, VolumeDescription) {
    let found: VolumeHandle? =
      switch original {
      case .volume(let name, let pool): try connection.pool(pool).volume(name)
      case .path(let path): try volume(at: path, connection)
      }
    guard let volume = found else { throw .refused("\(target.volume) is a volume of no active pool on \(source.name)") }
    return (volume, try parsed { try VolumeDescription(xml: try volume.xml()) })
  }

  private func volume(at path: String, _ connection: ConnectionHandle) throws(LibvirtError) -> VolumeHandle? {
    if let volume = try connection.volume(path: path) { return volume }
    // Made behind the pool's back: it looks again.
    let folder = StorageView.folder(of: path)
    for (pool, description) in try connection.describedPools() where description.targetPath == folder { try pool.refresh() }
    return try connection.volume(path: path)
  }

  /// A new volume of the same size and format; never one that is there.
  private func make(_ description: VolumeDescription, _ connection: ConnectionHandle) throws(LibvirtError) -> VolumeHandle {
    let pool = try connection.pool(target.pool)
    return try NewVolume.create(
      target.volume, capacityBytes: description.capacityBytes, format: description.format ?? "raw", in: pool)
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

  private func digest(of copy: VolumeHandle, _ there: ConnectionHandle) throws(LibvirtError) -> ContentDigest {
    let stream = try there.stream()
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
