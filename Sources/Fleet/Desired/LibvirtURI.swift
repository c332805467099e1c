/// A libvirt connection URI of the kinds that only name a host and how it is reached.
///
/// Whoever may write a manifest writes this text, and libvirt's own grammar lets it start programs (`command`, `netcat`, `ext`), leave
/// verification out (`no_verify`) and read files; so only what is listed here is taken (https://libvirt.org/uri.html).
package struct LibvirtURI: Sendable, Hashable {
  package enum Transport: String, Sendable, CaseIterable {
    case unix, tcp, tls, ssh, libssh, libssh2
  }
  package struct Parameter: Sendable, Hashable {
    package let name: String
    package let value: String
  }
  /// What is wrong with a text; it never repeats what may be a password.
  package struct Problem: Error, Sendable, Equatable {
    package let message: String
    package let hint: String
  }

  package let text: String
  package let transport: Transport
  package let user: String?
  /// Empty: this machine.
  package let host: String
  package let port: Int?
  package let parameters: [Parameter]

  /// The values of parameters that name a file or folder of the machine that connects.
  package var files: [Parameter] { parameters.filter { Self.fileParameters.contains($0.name) } }

  private static let fileParameters: Set<String> = ["keyfile", "known_hosts", "pkipath", "socket"]
  private static let shape = "qemu[+tls|+ssh|+tcp|+libssh|+libssh2]://[user@]HOST[:port]/system"

  package init(_ text: String) throws(Problem) {
    guard let schemeEnd = text.firstRange(of: "://")?.lowerBound else { throw Self.noURI(text) }
    let allowed = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7f && !"\\%;#\"'<>{}|^`".unicodeScalars.contains($0) }
    guard allowed else {
      throw Problem(message: "'connection' holds a character that no such URI needs", hint: "plain letters and digits: \(Self.shape)")
    }
    let scheme = text[..<schemeEnd].split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    guard scheme[0] == "qemu" else {
      throw Problem(
        message: "'connection' is for the driver '\(scheme[0].prefix(20))'; only qemu is known here", hint: "write \(Self.shape)")
    }
    let rest = text[schemeEnd...].dropFirst(3)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let (user, host, port) = try Self.authority(authority)
    if scheme.count == 2 {
      guard let transport = Transport(rawValue: String(scheme[1])) else {
        throw Problem(message: "'connection' asks for the transport '\(scheme[1].prefix(20))'", hint: "write \(Self.shape)")
      }
      self.transport = transport
    } else {
      transport = host.isEmpty ? .unix : .tls
    }
    (self.text, self.user, self.host, self.port) = (text, user, host, port)
    guard (transport == .unix) == host.isEmpty else {
      throw Problem(
        message: host.isEmpty ? "'connection' names no host" : "'connection' names a host for the socket of this machine",
        hint: "write \(Self.shape), or qemu:///system for this machine")
    }
    let path = rest.dropFirst(authority.count).prefix { $0 != "?" }
    guard path == "/system" || path == "/session" else {
      throw Problem(message: "'connection' ends in a path that is neither /system nor /session", hint: "write \(Self.shape)")
    }
    parameters = try Self.parameters(rest.dropFirst(authority.count + path.count), transport)
  }

  private static func noURI(_ text: String) -> Problem {
    let shown = text.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value >= 0x7f ? "\u{fffd}" : $0 }
    let visible = text.contains("@") ? "" : " is '\(String(String.UnicodeScalarView(shown)))', which"
    return Problem(message: "'connection'\(visible) is not a libvirt URI", hint: "write \(shape)")
  }

  private static func authority(_ text: Substring) throws(Problem) -> (user: String?, host: String, port: Int?) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw Problem(message: "'connection' holds more than one @", hint: "write \(shape)") }
    var user: String?
    if parts.count == 2 {
      // Not repeated, for it may hold the password.
      guard !parts[0].contains(":") else {
        throw Problem(
          message: "'connection' holds a password", hint: "remove it: keys and certificates log in; passwords are in no manifest")
      }
      guard isName(parts[0]) else { throw Problem(message: "'connection' holds a user name that is none", hint: "write \(shape)") }
      user = String(parts[0])
    }
    let address = parts[parts.count - 1]
    if address.isEmpty {
      guard user == nil else { throw Problem(message: "'connection' names a user but no host", hint: "write \(shape)") }
      return (nil, "", nil)
    }
    var host = address
    var port = Substring("")
    if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
      host = address[address.index(after: address.startIndex)..<end]
      port = address[address.index(after: end)...]
      guard HostAddress.isIPv6(host.utf8), port.isEmpty || port.hasPrefix(":") else {
        throw Problem(message: "'connection' holds an address that is none", hint: "write an IPv6 address as [2001:db8::1]")
      }
      port = port.dropFirst()
      if address.hasSuffix(":") { throw noPort }
    } else {
      let pieces = address.split(separator: ":", omittingEmptySubsequences: false)
      host = pieces[0]
      guard pieces.count <= 2, HostAddress.isName(host.utf8) || HostAddress.isIPv4(host.utf8) else {
        throw Problem(
          message: "'connection' holds a host name that is none",
          hint: "a host name begins with a letter or digit, and is not of digits and dots alone: \(shape)")
      }
      if pieces.count == 2 {
        port = pieces[1]
        if port.isEmpty { throw noPort }
      }
    }
    if port.isEmpty { return (user, String(host), nil) }
    guard port.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(port), (1...65_535).contains(number) else { throw noPort }
    return (user, String(host), number)
  }

  private static let noPort = Problem(message: "'connection' holds a port that is none", hint: "a port is from 1 to 65535")

  /// Letters, digits, dots, dashes and underscores, a letter or digit first: never an option of a program.
  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, isWord(first), text.utf8.count <= 253 else { return false }
    return text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

// MARK: - Parameters

extension LibvirtURI {
  /// What each transport may be told.
  private static func allowed(_ transport: Transport) -> Set<String> {
    switch transport {
    case .unix: ["socket", "mode"]
    case .tcp: ["mode"]
    case .tls: ["pkipath", "tls_priority", "mode"]
    case .ssh: ["keyfile", "mode"]
    case .libssh, .libssh2: ["keyfile", "known_hosts", "known_hosts_verify", "sshauth", "mode"]
    }
  }

  private static func parameters(_ query: Substring, _ transport: Transport) throws(Problem) -> [Parameter] {
    guard !query.isEmpty else { return [] }
    var found: [Parameter] = []
    for piece in query.dropFirst().split(separator: "&", omittingEmptySubsequences: false) {
      let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard allowed(transport).contains(name) else {
        throw Problem(message: "'connection' has the parameter '\(name.prefix(40))', which is not taken", hint: why(name, transport))
      }
      guard parts.count == 2, isValue(String(parts[1]), of: name) else {
        throw Problem(message: "'connection' has a value of '\(name)' that is not taken", hint: rule(name))
      }
      guard !found.contains(where: { $0.name == name }) else {
        throw Problem(message: "'connection' has the parameter '\(name)' twice", hint: "keep one")
      }
      found.append(Parameter(name: name, value: String(parts[1])))
    }
    return found
  }

  private static func why(_ name: String, _ transport: Transport) -> String {
    switch name {
    case "command", "netcat": "it would run a program of the manifest's choice, as whoever runs this; remove it"
    case "no_verify", "no_sanity": "it would believe any server; remove it"
    case "proxy", "authfile": "it would choose whom a secret is sent to; remove it"
    case "no_tty": "it is always set; remove it"
    default: "with \(transport.rawValue) these are: \(allowed(transport).sorted().joined(separator: ", "))"
    }
  }

  private static func isValue(_ value: String, of name: String) -> Bool {
    switch name {
    case "known_hosts_verify": value == "normal"
    case "sshauth":
      !value.isEmpty && value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { ["privkey", "agent"].contains($0) }
    case "mode": ["auto", "direct", "legacy"].contains(value)
    case "tls_priority":
      !value.isEmpty && value.utf8.allSatisfy { isWord($0) || "+-:!@._".utf8.contains($0) } && !value.uppercased().contains("ANON")
    default:
      value.hasPrefix("/") && !value.split(separator: "/").contains { $0 == ".." }
        && value.utf8.allSatisfy { isWord($0) || "/._-".utf8.contains($0) }
    }
  }

  private static func rule(_ name: String) -> String {
    switch name {
    case "known_hosts_verify": "normal, which refuses a host whose key is not known"
    case "sshauth": "privkey, agent or both, joined by a comma"
    case "mode": "auto, direct or legacy"
    case "tls_priority": "a GnuTLS priority text, such as NORMAL or @SYSTEM"
    default: "an absolute path of letters, digits and /._-, without .."
    }
  }
}
