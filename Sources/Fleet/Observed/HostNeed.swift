/// What an instance opens on its host beside the topmost images of its disks, and so must find on every other, the same: a backing image, a
/// disk of its next start, a file named past the hypervisor's management, something that no other host can be proved to have.
package struct HostNeed: Sendable, Hashable, Codable {
  /// What it is, the words of the definition among them; ends a sentence that begins with *it opens*, or *its next start opens*.
  package var text: String
  /// The storage it is on, by the id its host uses; nil: on none that another host could be proved to share.
  package var storage: StorageID?
  /// The disk whose image builds on it: a copy made while the guest runs takes it in. Nil: it is no backing image.
  package var backs: String?
  /// Only its next start opens it.
  package var atNextStart: Bool?

  package init(_ text: String, storage: StorageID? = nil, backs: String? = nil, atNextStart: Bool = false) {
    self.text = text
    self.storage = storage
    self.backs = backs
    self.atNextStart = atNextStart ? true : nil
  }

  package var sentence: String { "\(atNextStart == true ? "its next start opens" : "it opens") \(text)" }
}
