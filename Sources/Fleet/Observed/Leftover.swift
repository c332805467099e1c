/// Something on a host that no guest seen there uses and that a broken move, or somebody, left behind.
package struct Leftover: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// A shut-off definition of a guest that lives on another host.
    case definition
    /// A volume that no definition names: a token of a storage proof, a copied disk.
    case volume
    /// UEFI variables of a guest that is not defined there.
    case nvram
    /// TPM state of a guest that is not defined there.
    case tpm
    /// The paused or waiting half of a migration that is over.
    case domainHalf
  }

  package var host: HostName
  package var kind: Kind
  /// Name or path, as the host has it.
  package var name: String
  /// The storage it lies on; nil: none, or one that no pool manages.
  package var storage: StorageID?
  /// The guest it belongs to; nil: not known.
  package var uuid: InstanceUUID?
  /// What it is and why it counts as left, in one line.
  package var text: String

  package init(host: HostName, kind: Kind, name: String, storage: StorageID? = nil, uuid: InstanceUUID? = nil, text: String) {
    self.host = host
    self.kind = kind
    self.name = name
    self.storage = storage
    self.uuid = uuid
    self.text = text
  }
}
