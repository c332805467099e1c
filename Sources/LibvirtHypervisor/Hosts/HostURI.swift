/// A libvirt connection URI and what can be said about it without connecting.
struct HostURI: Sendable, Hashable {
  enum Transport: String, Sendable {
    case unix, tcp, tls, ssh, libssh, libssh2

    /// The daemon's port; nil: a socket.
    var port: Int? {
      switch self {
      case .unix: nil
      case .tcp: 16509
      case .tls: 16514
      case .ssh, .libssh, .libssh2: 22
      }
    }
  }

  let text: String
  let transport: Transport
  /// Empty: this machine.
  let host: String
  let port: Int?

  /// `qemu:///system`, `qemu+tcp://host/system`, `qemu+tls://host:16514/system`, `qemu+ssh://user@host/system?keyfile=…`; nil: none of these.
  init?(_ text: String) {
    guard let schemeEnd = text.firstRange(of: "://")?.lowerBound else { return nil }
    let scheme = text[..<schemeEnd].split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    guard scheme[0] == "qemu" else { return nil }
    let rest = text[schemeEnd...].dropFirst(3)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let address = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let (host, port) = Self.split(address)
    if scheme.count == 2 {
      guard let transport = Transport(rawValue: String(scheme[1])) else { return nil }
      self.transport = transport
    } else {
      transport = host.isEmpty ? .unix : .tls
    }
    guard transport == .unix || !host.isEmpty else { return nil }
    self.text = text
    self.host = host
    self.port = port ?? transport.port
  }

  private static func split(_ address: Substring) -> (host: String, port: Int?) {
    if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
      return (String(address[address.index(after: address.startIndex)..<end]), Int(address[end...].dropFirst(2)))
    }
    let parts = address.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts.first ?? ""), parts.count == 2 ? Int(parts[1]) : nil)
  }

  /// What to open: ssh must never stop to ask for a password.
  var connectText: String {
    switch transport {
    case .ssh: text.contains("no_tty=") ? text : text + (text.contains("?") ? "&" : "?") + "no_tty=1"
    default: text
    }
  }

  /// Whether another host can be told to connect there.
  var isReachableFromOthers: Bool { !host.isEmpty && transport != .unix }

  /// What to look at when no connection comes about.
  var hint: String {
    switch transport {
    case .unix: "libvirtd must run on this machine, and its socket be open to this user (group libvirt)"
    case .tcp: "libvirtd on \(host) must listen on TCP port \(port ?? 16509) (listen_tcp, libvirtd-tcp.socket), with no firewall between"
    case .tls:
      "libvirtd on \(host) must listen on TLS port \(port ?? 16514), and each side trust the other's certificate (/etc/pki/CA/cacert.pem, "
        + "/etc/pki/libvirt/clientcert.pem and its private key; the server's must name \(host))"
    case .ssh, .libssh, .libssh2: "ssh to \(host) (port \(port ?? 22)) must work with a key and without a question, into group libvirt"
    }
  }
}
