import Glibc

/// A file's bytes, or why they were not read.
enum FileContent {
  struct Problem: Error, Equatable {
    let message: String
    let hint: String
  }

  static func read(_ path: String) -> Result<[UInt8], Problem> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(unreadable()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .failure(unreadable()) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return .failure(Problem(message: "not a regular file", hint: "a manifest is a file of text"))
    }
    guard status.st_size <= ManifestLimits.fileBytesMax else { return .failure(tooLarge(Int(status.st_size))) }
    // One byte more than its size, so that a file that grows meanwhile is noticed.
    let capacity = Int(status.st_size) + 1
    var failure: Problem?
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      while count < capacity {
        let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, capacity - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = unreadable() }
        if got <= 0 { break }
        count += got
      }
    }
    if let failure { return .failure(failure) }
    guard bytes.count < capacity else { return .failure(Problem(message: "the file grew while it was read", hint: "run again")) }
    return .success(bytes)
  }

  private static func unreadable() -> Problem {
    Problem(message: "the file cannot be read: \(SystemError.text())", hint: "check its owner and mode")
  }

  private static func tooLarge(_ bytes: Int) -> Problem {
    Problem(
      message: "the file has \(bytes) bytes; at most \(Quantity.text(ManifestLimits.fileBytesMax, .size)) are read",
      hint: "split it into several files")
  }
}
