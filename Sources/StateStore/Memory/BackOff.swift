package import Fleet

/// How long an instance is left alone after moves of it failed.
package struct BackOff: Sendable, Equatable {
  /// The manifests' revision the failures happened under; another one ends the waiting.
  package var revision: String
  /// Failures in a row, from 1.
  package var failures: Int
  package var until: Timestamp

  package init(revision: String, failures: Int, until: Timestamp) {
    self.revision = revision
    self.failures = failures
    self.until = until
  }

  /// Milliseconds to wait after so many failures in a row: 20 s, doubling, at most an hour.
  package static func delayMilliseconds(failures: Int) -> Int {
    precondition(failures >= 1, "there is no waiting before a failure")
    var delay = StateLimits.backOffMillisecondsMin
    for _ in 1..<failures {
      if delay >= StateLimits.backOffMillisecondsMax { break }
      delay *= 2
    }
    return min(delay, StateLimits.backOffMillisecondsMax)
  }

  /// What follows from one more failure at `now` under `revision`.
  package static func afterFailure(of earlier: BackOff?, revision: String, now: Timestamp) -> BackOff {
    let failures = earlier.map { $0.revision == revision ? $0.failures + 1 : 1 } ?? 1
    return BackOff(revision: revision, failures: failures, until: now.adding(milliseconds: delayMilliseconds(failures: failures)))
  }
}
