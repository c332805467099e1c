import Fleet
import Testing

/// Only URIs that name a host and how it is reached are taken; each refusal says why, and never what may be a password.
@Suite struct LibvirtURITests {
  @Test(arguments: [
    ("qemu:///system", LibvirtURI.Transport.unix, "", Int?.none), ("qemu:///session", .unix, "", nil),
    ("qemu+unix:///system", .unix, "", nil),
    ("qemu://hv1/system", .tls, "hv1", nil), ("qemu+tls://hv1.example/system", .tls, "hv1.example", nil),
    ("qemu+tcp://10.0.0.1:16510/system", .tcp, "10.0.0.1", 16510), ("qemu+ssh://root@hv1/system", .ssh, "hv1", nil),
    ("qemu+tcp://[2001:db8::1]:16509/system", .tcp, "2001:db8::1", 16509),
    ("qemu+libssh2://ops_1@hv-1:2222/session", .libssh2, "hv-1", 2222),
    ("qemu+ssh://hv1/system?keyfile=/etc/keys/id&mode=direct", .ssh, "hv1", nil),
    ("qemu+libssh://hv1/system?known_hosts=/k/h&known_hosts_verify=normal&sshauth=privkey,agent", .libssh, "hv1", nil),
    ("qemu+tls://hv1/system?pkipath=/etc/pki/lab&tls_priority=NORMAL:-VERS-TLS1.0", .tls, "hv1", nil),
    ("qemu:///system?socket=/run/libvirt/libvirt-sock", .unix, "", nil),
  ])
  func isTaken(text: String, transport: LibvirtURI.Transport, host: String, port: Int?) throws {
    let uri = try LibvirtURI(text)
    #expect(uri.transport == transport && uri.host == host && uri.port == port && uri.text == text)
  }

  @Test func filesAreTold() throws {
    let uri = try LibvirtURI("qemu+libssh://h/system?keyfile=/a/b&known_hosts=/c&mode=auto")
    #expect(uri.files.map(\.name) == ["keyfile", "known_hosts"] && uri.files.map(\.value) == ["/a/b", "/c"])
  }

  @Test(arguments: [
    ("qemu+ssh://h/system?command=./evil.sh", "'connection' has the parameter 'command', which is not taken"),
    ("qemu+ssh://h/system?netcat=/tmp/x", "'connection' has the parameter 'netcat', which is not taken"),
    ("qemu+ssh://h/system?keyfile=/k&command=x", "'connection' has the parameter 'command', which is not taken"),
    ("qemu+ssh://h/system?Command=x", "'connection' has the parameter 'Command', which is not taken"),
    ("qemu+ssh://h/system?socket=/tmp/s", "'connection' has the parameter 'socket', which is not taken"),
    ("qemu+tls://h/system?no_verify=1", "'connection' has the parameter 'no_verify', which is not taken"),
    ("qemu+libssh://h/system?known_hosts_verify=ignore", "'connection' has a value of 'known_hosts_verify' that is not taken"),
    ("qemu+ssh://h/system?proxy=native", "'connection' has the parameter 'proxy', which is not taken"),
    ("qemu+tcp://h/system?authfile=/etc/shadow", "'connection' has the parameter 'authfile', which is not taken"),
    ("qemu+tls://h/system?tls_priority=NONE:%2BANON-DH", "'connection' holds a character that no such URI needs"),
    ("qemu+tls://h/system?tls_priority=NORMAL:+ANON-ECDH", "'connection' has a value of 'tls_priority' that is not taken"),
    ("qemu+ssh://h/system?comm%61nd=x", "'connection' holds a character that no such URI needs"),
    ("qemu+ssh://h/system?mode=auto;command=x", "'connection' holds a character that no such URI needs"),
    ("qemu+ssh://h/system?mode=auto&mode=auto", "'connection' has the parameter 'mode' twice"),
    ("qemu+ssh://h/system?keyfile=../../k", "'connection' has a value of 'keyfile' that is not taken"),
    ("qemu+ssh://h/system?keyfile=/a/../../k", "'connection' has a value of 'keyfile' that is not taken"),
    ("qemu+ssh://h/system?", "'connection' has the parameter '', which is not taken"),
    ("qemu+ssh://-oProxyCommand=x/system", "'connection' holds a host name that is none"),
    ("qemu+ssh://-luser@h/system", "'connection' holds a user name that is none"),
    ("qemu+ssh://root:hunter2@h/system", "'connection' holds a password"),
    ("qemu+ssh://a@b@h/system", "'connection' holds more than one @"),
    ("test:///default", "'connection' is for the driver 'test'; only qemu is known here"),
    ("esx://vcenter/", "'connection' is for the driver 'esx'; only qemu is known here"),
    ("qemu+ext://h/system", "'connection' asks for the transport 'ext'"), ("qemu+tcp:///system", "'connection' names no host"),
    ("qemu+unix://h/system", "'connection' names a host for the socket of this machine"),
    ("qemu+tcp://h:0/system", "'connection' holds a port that is none"),
    ("qemu+tcp://h:65536/system", "'connection' holds a port that is none"),
    ("qemu+tcp://h:/system", "'connection' holds a port that is none"),
    ("qemu+tcp://[::1/system", "'connection' holds a host name that is none"),
    ("qemu+tls://999.0.0.1/system", "'connection' holds a host name that is none"),
    ("qemu+tls://10.0.1/system", "'connection' holds a host name that is none"),
    ("qemu+tls://a..b/system", "'connection' holds a host name that is none"),
    ("qemu+tcp://[fd00:::1]/system", "'connection' holds an address that is none"),
    ("qemu+tcp://h/", "'connection' ends in a path that is neither /system nor /session"),
    ("qemu+tcp://h/system/", "'connection' ends in a path that is neither /system nor /session"),
    ("qemu+tcp://h /system", "'connection' holds a character that no such URI needs"),
    ("hv9.example", "'connection' is 'hv9.example', which is not a libvirt URI"),
    ("root:hunter2@hv9", "'connection' is not a libvirt URI"),
    ("qemu+tcp://hé/system", "'connection' holds a character that no such URI needs"),
  ])
  func isRefused(text: String, message: String) {
    do {
      _ = try LibvirtURI(text)
      Issue.record("\(text) is taken")
    } catch {
      #expect(error.message == message)
      #expect(!error.hint.isEmpty && !"\(error)".contains("hunter2"))
    }
  }

  /// Whatever is taken names a host and port as they are, and holds nothing that libvirt or a shell reads otherwise.
  @Test(arguments: 0..<40)
  func whateverIsTakenIsPlain(seed: UInt64) {
    var generator = Mixer(state: seed)
    let pieces = [
      "qemu", "+", "ssh", "tls", "tcp", "libssh2", "://", "/", "system", "session", "?", "&", "=", "command", "netcat", "keyfile", "socket",
      "mode",
      "auto", "@", ":", "-", "h", "root", "[", "]", "::1", "%", ";", "#", " ", "\n", "$(id)", "`id`", "..", "16509", "\u{202e}", "\0", "|",
    ]
    for _ in 0..<2_000 {
      var text = Bool.random(using: &generator) ? "qemu+ssh://" : ""
      for _ in 0..<Int.random(in: 1...10, using: &generator) { text += pieces.randomElement(using: &generator) ?? "" }
      guard let uri = try? LibvirtURI(text) else { continue }
      #expect(uri.text.hasPrefix("qemu") && !uri.host.hasPrefix("-") && uri.user?.hasPrefix("-") != true, "seed \(seed): \(text)")
      #expect(
        !uri.text.contains("command") || uri.host.contains("command") || uri.user?.contains("command") == true, "seed \(seed): \(text)")
      #expect(uri.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"%;#`$|\\".utf8.contains($0) }, "seed \(seed): \(text)")
    }
  }
}

/// SplitMix64, so that a seed says the same on every machine.
struct Mixer: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
