/// Reading what others may change meanwhile, without a lock.
package enum StampedRead {
  /// The value of a read during which the stamp stayed what it was when the file was opened; nil if every attempt met a change.
  ///
  /// `open` returns the stamp of what will be read, nil if something else guards the read. An error of a read that somebody wrote into
  /// means as little as its value: it is thrown only if the stamp stayed.
  package static func value<Stamp: Equatable, Value>(
    attempts: Int, open: () throws -> Stamp?, now: () -> Stamp?, read: () throws -> Value
  ) throws -> Value? {
    for _ in 0..<attempts {
      let stamp = try open()
      let result = Result { try read() }
      if stamp == nil || stamp == now() { return try result.get() }
    }
    return nil
  }
}
