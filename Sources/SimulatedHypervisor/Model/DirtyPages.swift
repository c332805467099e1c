import Glibc

/// How much memory a guest dirties: writes hit pages of its working set at random, and a page written twice counts once.
///
/// U(t) = W·(1 − (1 − p/W)^(λt)) with page size p, working set W and λ writes a second (A. Gudkov on the QEMU list, on what
/// `calc-dirty-rate` measures); `dirtyBytesPerSecond` is λ·p, the rate of a very short window.
package enum DirtyPages {
  package static let pageBytes = 4096

  /// Unique bytes dirtied within `milliseconds`.
  package static func bytes(in milliseconds: Int, dirtyBytesPerSecond: Int, workingSetBytes: Int) -> Int {
    guard milliseconds > 0, dirtyBytesPerSecond > 0, workingSetBytes > pageBytes else { return 0 }
    let set = Double(workingSetBytes)
    let page = Double(pageBytes)
    let writes = Double(dirtyBytesPerSecond) / page * Double(milliseconds) / 1000
    return Int(set * (1 - pow(1 - page / set, writes)))
  }
}
