/// What was proved of one storage of one host: which of the hosts that were asked have the same.
///
/// It is a fact about pairs: each storage with a proof of one look was compared with each other one. Of a storage without a proof, such as one
/// of a host that did not answer, it says nothing.
///
/// All proofs of one look at a cell carry the same `provedAt`: only those were compared with each other.
package struct StorageProof: Sendable, Hashable, Codable {
  package var cell: CellName
  package var host: HostName
  package var pool: StorageID
  /// What was proved, as `StorageObservation.source` named it then (pool uuid, type and target path).
  package var source: String
  /// Equal for two storages of one look if and only if they are the same; any text, such as the token's name.
  package var identity: String
  /// True: at least one other host has it; false: none of those with a proof of the same look has it.
  package var shared: Bool
  package var provedAt: Timestamp

  package init(
    cell: CellName, host: HostName, pool: StorageID, source: String, identity: String, shared: Bool, provedAt: Timestamp
  ) {
    self.cell = cell
    self.host = host
    self.pool = pool
    self.source = source
    self.identity = identity
    self.shared = shared
    self.provedAt = provedAt
  }
}
