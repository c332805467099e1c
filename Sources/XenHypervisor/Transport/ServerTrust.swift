package import Fleet

/// What makes a server believed: the only place where verification can be looser than the system's.
package struct ServerTrust: Sendable, Equatable {
  /// `sha256//BASE64`, several joined by `;`.
  var pin: String?
  var caFile: String?
  var verifies: Bool
  /// Plain HTTP is spoken only where the manifest says `insecure: true`.
  var allowsPlain: Bool

  package init(_ trust: XenConnection.Trust) {
    (pin, caFile, verifies, allowsPlain) = (nil, nil, true, false)
    switch trust {
    case .system: break
    case .pin(let pin):
      self.pin = pin
      // A pinned key is stronger than any chain, and the certificates of these servers are self-signed.
      verifies = false
    case .caFile(let path): caFile = path
    case .insecure: (verifies, allowsPlain) = (false, true)
    }
  }
}
