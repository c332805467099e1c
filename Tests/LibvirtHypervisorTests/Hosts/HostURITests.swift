import CLibvirt
import Fleet
import Testing

@testable import LibvirtHypervisor

@Suite struct HostURITests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var transport: HostURI.Transport
    var host: String
    var port: Int?
    var testDescription: String { text }
  }

  static let understood = [
    Case(text: "qemu:///system", transport: .unix, host: "", port: nil),
    Case(text: "qemu+unix:///system", transport: .unix, host: "", port: nil),
    Case(text: "qemu://hv1/system", transport: .tls, host: "hv1", port: 16514),
    Case(text: "qemu+tcp://hv1.example/system", transport: .tcp, host: "hv1.example", port: 16509),
    Case(text: "qemu+tcp://hv1:17000/system", transport: .tcp, host: "hv1", port: 17000),
    Case(text: "qemu+tls://[fd00::11]:16515/system", transport: .tls, host: "fd00::11", port: 16515),
    Case(text: "qemu+tls://[fd00::11]/system", transport: .tls, host: "fd00::11", port: 16514),
    Case(text: "qemu+ssh://root@hv1/system?keyfile=/k", transport: .ssh, host: "hv1", port: 22),
    Case(text: "qemu+libssh2://root@hv1:2222/system", transport: .libssh2, host: "hv1", port: 2222),
  ]

  @Test(arguments: understood) func readsWhatLibvirtHas(_ expected: Case) throws {
    let uri = try #require(HostURI(expected.text))
    #expect(uri.transport == expected.transport)
    #expect(uri.host == expected.host)
    #expect(uri.port == expected.port)
  }

  @Test(arguments: ["", "hv1", "xen:///system", "qemu+carrier://hv1/system", "qemu+tcp:///system", "http://hv1/system", "qemu"])
  func refusesTheRest(_ text: String) { #expect(HostURI(text) == nil) }

  @Test func sshNeverAsksForAPassword() throws {
    #expect(try #require(HostURI("qemu+ssh://hv1/system")).connectText == "qemu+ssh://hv1/system?no_tty=1")
    #expect(try #require(HostURI("qemu+ssh://hv1/system?keyfile=/k")).connectText == "qemu+ssh://hv1/system?keyfile=/k&no_tty=1")
    #expect(HostURI("qemu+ssh://hv1/system?no_tty=0") == nil)
    #expect(try #require(HostURI("qemu+tcp://hv1/system")).connectText == "qemu+tcp://hv1/system")
  }

  @Test func hintsNameThePort() throws {
    #expect(try #require(HostURI("qemu+tcp://hv1/system")).hint.contains("16509"))
    #expect(try #require(HostURI("qemu+tls://hv1/system")).hint.contains("16514"))
    #expect(try #require(HostURI("qemu+ssh://hv1/system")).hint.contains("port 22"))
  }

  /// It answered: neither does it not listen, nor is there a firewall.
  @Test(arguments: ["qemu+tcp://hv1/system", "qemu+tls://hv1/system", "qemu+ssh://root@hv1/system", "qemu:///system"])
  func aRefusedLoginIsNotASilentHost(text: String) throws {
    let uri = try #require(HostURI(text))
    for code in [VIR_ERR_AUTH_FAILED, VIR_ERR_AUTH_UNAVAILABLE, VIR_ERR_AUTH_CANCELLED] {
      let hint = uri.hint(after: LibvirtError(code: Int32(code.rawValue), domain: 0, message: "authentication failed"))
      #expect(!hint.contains("must listen") && !hint.contains("firewall") && !hint.contains("must run") && hint != uri.hint, "\(hint)")
    }
    #expect(uri.hint(after: LibvirtError(code: Int32(VIR_ERR_NO_CONNECT.rawValue), domain: 0, message: "refused")) == uri.hint)
  }

  @Test func onlyAHostWithAnAddressCanBeToldToOthers() throws {
    #expect(try !#require(HostURI("qemu:///system")).isReachableFromOthers)
    #expect(try #require(HostURI("qemu+tls://hv1/system")).isReachableFromOthers)
  }
}
