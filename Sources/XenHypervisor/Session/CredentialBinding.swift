import Fleet

/// Where a login may be sent, as its file says: not the manifests, which name it, and not the servers, which name each other.
struct CredentialBinding: Sendable, Equatable {
  struct Address: Sendable, Equatable {
    /// A host name or an IP address in lower case; of a network, its address.
    var host: String
    /// Bits of an IPv4 network.
    var prefix: Int?
    var port: Int?
  }

  /// As messages name it.
  var file: String
  var addresses: [Address] = []
  /// Servers that prove nothing may have it, over plain HTTP too.
  var allowsInsecure = false
  /// The only keys that may have it.
  var pin: String?

  /// Why it is not sent there; nil: it may be.
  func objection(to authority: String, scheme: String, _ trust: XenConnection.Trust) -> XenTrouble? {
    if trust == .insecure, !allowsInsecure {
      return trouble("is not sent to a server whose certificate nobody checks", "write insecure=true into it, in a lab")
    }
    if let pin, trust != .pin(pin) {
      return trouble("is only for the key \(pin), which is not what the manifest pins", "correct whichever is wrong")
    }
    guard let asked = Self.address(authority) else { return trouble("is not sent to '\(authority.prefix(100))'", "that is no address") }
    let standard = scheme == "http" ? 80 : 443
    let port = asked.port ?? standard
    guard addresses.contains(where: { ($0.port ?? standard) == port && Self.matches(asked.host, $0) }) else {
      return trouble("may not be sent to \(authority)", "if that is a member of the pool, add a line address=\(authority) to it")
    }
    return nil
  }

  private func trouble(_ text: String, _ remedy: String) -> XenTrouble {
    XenTrouble("the login in \(file) \(text)", remedy: remedy, passing: false)
  }

  /// True if it names this machine.
  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || ipv4(host).map { $0 >> 24 == 127 } ?? false
  }

  /// `HOST`, `HOST:PORT`, `[IPV6]:PORT` and, in a file, `IPV4/BITS`; nil: none of these.
  static func address(_ text: some StringProtocol) -> Address? {
    var host = text.lowercased()
    var port: Int?
    if host.hasPrefix("[") {
      let parts = host.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[1].isEmpty || parts[1].hasPrefix(":") else { return nil }
      if !parts[1].isEmpty {
        guard let number = Self.number(parts[1].dropFirst(), 1...65_535) else { return nil }
        port = number
      }
      host = String(parts[0])
    } else if host.count(where: { $0 == ":" }) == 1 {
      let parts = host.split(separator: ":", omittingEmptySubsequences: false)
      guard let number = number(parts[1], 1...65_535) else { return nil }
      (host, port) = (String(parts[0]), number)
    }
    let pieces = host.split(separator: "/", omittingEmptySubsequences: false)
    var prefix: Int?
    if pieces.count == 2 {
      guard let bits = number(pieces[1], 1...32), ipv4(String(pieces[0])) != nil else { return nil }
      (host, prefix) = (String(pieces[0]), bits)
    }
    let plain = host.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2e || byte == 0x2d || byte == 0x5f || byte == 0x3a
    }
    guard pieces.count <= 2, plain, let first = host.utf8.first, first != UInt8(ascii: "-") else { return nil }
    return Address(host: host, prefix: prefix, port: port)
  }

  private static func matches(_ host: String, _ allowed: Address) -> Bool {
    guard let prefix = allowed.prefix else { return host == allowed.host }
    guard let network = ipv4(allowed.host), let address = ipv4(host) else { return false }
    return network >> UInt32(32 - prefix) == address >> UInt32(32 - prefix)
  }

  private static func ipv4(_ text: String) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { number($0, 0...255) }
    guard parts.count == 4 else { return nil }
    return parts.reduce(UInt32?(0)) { sum, part in sum.flatMap { sum in part.map { sum << 8 | UInt32($0) } } }
  }

  /// Digits without a leading zero, which some read as octal.
  private static func number(_ text: Substring, _ range: ClosedRange<Int>) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 5, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || !text.hasPrefix("0"),
      let value = Int(text), range.contains(value)
    else { return nil }
    return value
  }
}
