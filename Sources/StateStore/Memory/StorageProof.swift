package import Fleet

/// What was proved of a storage as one host sees it.
package struct StorageProof: Sendable, Equatable {
  /// The same on every host that sees the storage; nil: not proved.
  package var identity: String?
  /// True: shared under `identity`; false: local to the host; nil: not proved either way.
  package var shared: Bool?
  package var at: Timestamp

  package init(identity: String?, shared: Bool?, at: Timestamp) {
    self.identity = identity
    self.shared = shared
    self.at = at
  }
}
