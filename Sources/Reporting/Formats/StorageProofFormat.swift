package import Fleet

/// How far a report rests on storage proofs, for people.
package enum StorageProofFormat {
  /// With the age if `now` is told, else with the time.
  package static func text(_ use: StorageProofUse, now: Timestamp?) -> String {
    let oldest = now.map { DurationFormat.age(of: use.oldest, at: $0) } ?? TimeFormat.text(use.oldest)
    let which = use.storages == 1 ? "made" : "the oldest made"
    return "Storage proofs: \(CountFormat.text(use.storages, "pool")), \(which) \(oldest); 'reconcile probe' renews them."
  }
}
