import CLibvirt
import Fleet
import Glibc

/// A libvirt connection URI and what can be said about it without connecting.
struct HostURI: Sendable, Hashable {
  typealias Transport = LibvirtURI.Transport

  let text: String
  let transport: Transport
  /// Empty: this machine.
  let host: String
  let port: Int?

  /// Nil: not of the kinds that manifests may name (see `LibvirtURI`).
  init?(_ text: String) {
    guard let uri = try? LibvirtURI(text) else { return nil }
    self.text = text
    transport = uri.transport
    host = uri.host
    port = uri.port ?? uri.transport.port
  }

  /// What to open: ssh must never stop to ask for a password.
  var connectText: String {
    switch transport {
    case .ssh: text + (text.contains("?") ? "&" : "?") + "no_tty=1"
    default: text
    }
  }

  /// Whether another host can be told to connect there.
  var isReachableFromOthers: Bool { !host.isEmpty && transport != .unix }

  /// An IP address that other hosts can reach, not a name.
  static func isAddress(_ text: String) -> Bool {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return !text.hasPrefix("127.") }
    var six = in6_addr()
    return inet_pton(AF_INET6, text, &six) == 1 && text != "::1"
  }

  /// What to look at when the host answered and would not have us: its daemon listens, and nothing is between.
  private var refusalHint: String {
    switch transport {
    case .tcp:
      "its libvirtd answers and asks for a login, of which there is none to give: use qemu+tls, or auth_tcp = \"none\" inside a tunnel"
    case .tls:
      "it answers, and the certificates do not fit (each side must trust the other's, /etc/pki/CA/cacert.pem, and the server's must name "
        + "\(host)), or its libvirtd.conf asks for a login (auth_tls)"
    case .unix: "this user may not use the socket: join group libvirt, or allow it in polkit"
    case .ssh, .libssh, .libssh2: "ssh reaches \(host), and its libvirtd refuses that user: log in as root or as one of group libvirt"
    }
  }

  /// What to look at when no connection comes about.
  func hint(after error: LibvirtError) -> String {
    let refusals = [VIR_ERR_AUTH_FAILED, VIR_ERR_AUTH_CANCELLED, VIR_ERR_AUTH_UNAVAILABLE]
    return refusals.contains(where: error.is) ? refusalHint : hint
  }

  /// The same where nothing is known of the reason.
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

extension LibvirtURI.Transport {
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
