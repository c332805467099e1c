import FoundationEssentials
import Glibc
import OwnFiles

/// What tells one state of a file from another without reading it.
struct FileSignature: Equatable {
  let device: UInt64
  let inode: UInt64
  let size: Int
  let seconds: Int
  let nanoseconds: Int

  init(path: String) throws(WorldStoreError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw WorldStoreError("\(path): \(lastSystemError())") }
    self.init(status)
  }

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }
}

func lastSystemError() -> String { String(cString: strerror(errno)) }

enum WholeFile {
  /// Reads a whole regular file, with the signature of what was read.
  static func read(_ path: String, bytesMax: Int) throws(WorldStoreError) -> (Data, FileSignature) {
    let file: Int32
    do { file = try OwnFile.openToRead(path) } catch { throw WorldStoreError("\(path): \(error.reason)") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw WorldStoreError("\(path): \(lastSystemError())") }
    let size = Int(status.st_size)
    guard size <= bytesMax else { throw WorldStoreError("\(path): is larger than \(bytesMax >> 20) MiB") }
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: max(1, size), alignment: 16)
    var filled = 0
    while filled < size {
      let count = Glibc.read(file, buffer + filled, size - filled)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = count == 0 ? "changed while it was read" : lastSystemError()
        buffer.deallocate()
        throw WorldStoreError("\(path): \(reason)", passing: count == 0)
      }
      filled += count
    }
    let data = Data(bytesNoCopy: buffer, count: size, deallocator: .custom { pointer, _ in pointer.deallocate() })
    return (data, FileSignature(status))
  }
}

enum AtomicFile {
  /// Writes a file at once or not at all: beside it, to the disk, then in its place.
  static func write(_ data: Data, to path: String) throws(WorldStoreError) -> FileSignature {
    let written = data.withUnsafeBytes { bytes -> Result<FileSignature, OwnFile.Problem> in
      do throws(OwnFile.Problem) {
        return .success(FileSignature(try OwnFile.replace(path, mode: 0o644, with: bytes)))
      } catch {
        return .failure(error)
      }
    }
    switch written {
    case .success(let signature): return signature
    case .failure(let problem): throw WorldStoreError("\(path): \(problem.reason)")
    }
  }
}

enum WorldFolder {
  /// Makes the folder of a file and those above it.
  static func make(for path: String) throws(WorldStoreError) {
    guard let end = path.lastIndex(of: "/"), end != path.startIndex else { return }
    let folder = String(path[..<end])
    if access(folder, F_OK) == 0 { return }
    try make(for: folder)
    guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw WorldStoreError("\(folder): \(lastSystemError())") }
  }
}

/// A lock between processes, held until released or until the process dies.
struct WorldLock {
  private let file: Int32

  init(path: String, waitMilliseconds: Int) throws(WorldStoreError) {
    do { file = try OwnFile.open(path, mode: 0o644) } catch { throw WorldStoreError("\(path): \(error.reason)") }
    let pauseMilliseconds = 5
    for _ in 0...(waitMilliseconds / pauseMilliseconds) {
      if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
      guard errno == EWOULDBLOCK || errno == EINTR else { break }
      usleep(UInt32(pauseMilliseconds * 1000))
    }
    let reason = errno == EWOULDBLOCK ? "another process has held it for \(waitMilliseconds / 1000) s" : lastSystemError()
    close(file)
    throw WorldStoreError("\(path): \(reason)", passing: true)
  }

  func release() { close(file) }
}
