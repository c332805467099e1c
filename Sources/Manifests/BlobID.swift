import Fleet

/// The name git gives to a file's contents: the hash of `blob LENGTH NUL CONTENTS`.
package enum BlobID {
  package enum Algorithm: Sendable { case sha1, sha256 }

  /// The algorithm of a repository, by the length of an id of it.
  package static func algorithm(of id: String) -> Algorithm { id.utf8.count == 64 ? .sha256 : .sha1 }

  package static func of(_ bytes: [UInt8], _ algorithm: Algorithm) -> String {
    let header = Array("blob \(bytes.count)\0".utf8)
    switch algorithm {
    case .sha1: return SHA1.hex(header + bytes)
    case .sha256:
      var hash = SHA256()
      hash.update(header)
      hash.update(bytes)
      return hash.hexDigest()
    }
  }
}
