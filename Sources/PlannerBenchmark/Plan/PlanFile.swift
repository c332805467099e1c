import Glibc

/// The file that a plan is written to.
package enum PlanFile {
  /// Replaces what is there.
  package static func write(_ text: [UInt8], to path: String) throws(PlanFileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw PlanFileError(errno) }
    var written = 0
    while written < text.count {
      let count = text[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        let error = PlanFileError(errno)
        close(descriptor)
        throw error
      }
      written += count
    }
    // Some file systems report a full disk only here.
    guard close(descriptor) == 0 else { throw PlanFileError(errno) }
  }
}

/// Why a plan could not be written.
package struct PlanFileError: Error, Sendable, Equatable, CustomStringConvertible {
  package var number: Int32

  package init(_ number: Int32) { self.number = number }

  package var description: String { String(cString: strerror(number)) }
}
