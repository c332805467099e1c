/// A host as networks name it: a host name, an IPv4 or an IPv6 address, as text; nobody is asked about it.
///
/// What is of digits and dots alone is an IPv4 address (RFC 3986, 3.2.2) and no name: resolvers would read `10.1` and `010.0.0.1` as addresses that
/// nobody meant.
package enum HostAddress {
  /// A name or an address, without brackets, zone and port.
  package static func isHost(_ text: some Collection<UInt8>) -> Bool { isName(text) || isIPv4(text) || isIPv6(text) }

  /// Labels of 1 to 63 letters, digits, `-` and `_`, joined by dots; a letter or digit first, so that it is never an option of a program.
  package static func isName(_ text: some Collection<UInt8>) -> Bool {
    guard let first = text.first, isAlphanumeric(first), text.count <= 253 else { return false }
    var labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if labels.last?.isEmpty == true { labels.removeLast() }
    guard labels.allSatisfy({ (1...63).contains($0.count) && $0.allSatisfy(isLabelByte) }) else { return false }
    return !text.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
  }

  /// Four numbers up to 255 without leading zeros.
  package static func isIPv4(_ text: some Collection<UInt8>) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { number($0, 0...255) != nil }
  }

  /// RFC 4291, 2.2, without a zone.
  package static func isIPv6(_ text: some Collection<UInt8>) -> Bool {
    let colon = UInt8(ascii: ":")
    var groups = text.split(separator: colon, omittingEmptySubsequences: false)
    guard (3...9).contains(groups.count) else { return false }
    var isShortened = false
    // Two colons at an end leave two empty groups there, one of which is of no account.
    if groups[0].isEmpty {
      guard groups[1].isEmpty else { return false }
      groups.removeFirst()
    }
    if let last = groups.last, last.isEmpty {
      guard groups[groups.count - 2].isEmpty else { return false }
      groups.removeLast()
    }
    var count = 0
    for (index, group) in groups.enumerated() {
      if group.isEmpty {
        guard !isShortened else { return false }
        isShortened = true
      } else if group.contains(UInt8(ascii: ".")) {
        guard index == groups.count - 1, isIPv4(group) else { return false }
        count += 2
      } else {
        guard group.count <= 4, group.allSatisfy(isHexadecimal) else { return false }
        count += 1
      }
    }
    return isShortened ? count <= 7 : count == 8
  }

  /// The host and port of `HOST`, `HOST:PORT`, `[IPV6]` and `[IPV6]:PORT`; nil: none of these.
  package static func endpoint(_ text: some Collection<UInt8>) -> (host: [UInt8], port: Int?)? {
    var (host, rest) = (Array(text), [UInt8]())
    if host.first == UInt8(ascii: "[") {
      guard let end = host.firstIndex(of: UInt8(ascii: "]")), isIPv6(host[1..<end]) else { return nil }
      (host, rest) = (Array(host[1..<end]), Array(host[(end + 1)...]))
    } else if let colon = host.firstIndex(of: UInt8(ascii: ":")) {
      (host, rest) = (Array(host[..<colon]), Array(host[colon...]))
      guard isName(host) || isIPv4(host) else { return nil }
    } else if !isName(host), !isIPv4(host) {
      return nil
    }
    if rest.isEmpty { return (host, nil) }
    guard rest.first == UInt8(ascii: ":"), let port = number(rest.dropFirst(), 1...65_535) else { return nil }
    return (host, port)
  }

  /// Digits without a leading zero, which some read as octal.
  private static func number(_ text: some Collection<UInt8>, _ range: ClosedRange<Int>) -> Int? {
    guard (1...5).contains(text.count), text.allSatisfy(isDigit), text.count == 1 || text.first != UInt8(ascii: "0") else { return nil }
    let value = text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    return range.contains(value) ? value : nil
  }

  private static func isLabelByte(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 }
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
  private static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
}
