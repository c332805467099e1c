/// The keyed hash that signs webhooks (RFC 2104, with SHA-256).
package enum HMACSHA256 {
  private static let blockBytes = 64

  /// 64 lower-case hexadecimal digits.
  package static func hexDigest(of message: [UInt8], key: [UInt8]) -> String {
    var padded = key.count > blockBytes ? hash(key).digest() : key
    padded += [UInt8](repeating: 0, count: blockBytes - padded.count)
    let inner = hash(padded.map { $0 ^ 0x36 } + message).digest()
    return hash(padded.map { $0 ^ 0x5C } + inner).hexDigest()
  }

  private static func hash(_ bytes: [UInt8]) -> SHA256 {
    var hash = SHA256()
    hash.update(bytes)
    return hash
  }
}
