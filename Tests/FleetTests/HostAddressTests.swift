import Fleet
import Glibc
import Testing

@Suite struct HostAddressTests {
  @Test(arguments: [
    "hv1", "hv1.storage.example", "hv1.example.", "HV_1", "10.0.0.1", "0.0.0.0", "fd00::1", "::", "::1", "1::", "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "::ffff:192.0.2.1", "10.0.0.1a", "1e100.example", "xn--caf-dma.example",
  ])
  func isAHost(text: String) { #expect(HostAddress.isHost(text.utf8)) }

  @Test(arguments: [
    "", ".", "999.0.0.1", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1.", "1", "10.0.0.1:16509", "hv1:8443", "[fd00::1]", "fe80::1%eth0",
    "a..b",
    ".a", "-hv1", "a b", "hé", "fd00:::1", "1::2::3", ":1", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::12345", "::1.2.3.256",
    "1.2.3.4::", "tcp://a",
    "10.0.0.1/24",
  ])
  func isNoHost(text: String) { #expect(!HostAddress.isHost(text.utf8)) }

  @Test(arguments: [
    ("hv1", "hv1", Int?.none), ("hv1:8443", "hv1", 8443), ("10.0.0.1:1", "10.0.0.1", 1), ("[fd00::1]:65535", "fd00::1", 65_535),
    ("[::]", "::", nil),
  ])
  func isAnEndpoint(text: String, host: String, port: Int?) throws {
    let endpoint = try #require(HostAddress.endpoint(text.utf8))
    #expect(endpoint.host.elementsEqual(host.utf8) && endpoint.port == port)
  }

  @Test(arguments: [
    "", ":1", "hv1:", "hv1:0", "hv1:65536", "hv1:08", "hv1:1:2", "fd00::1", "[hv1]", "[fd00::1", "[fd00::1]1", "[]", "[fd00::1]:",
    "999.0.0.1:1",
  ])
  func isNoEndpoint(text: String) { #expect(HostAddress.endpoint(text.utf8) == nil) }

  /// The C library reads as addresses what we do, and nothing else.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func isWhatTheCLibraryReads(seed: UInt64) {
    var random = Mixer(state: seed)
    let pieces = ["::", ":", ":", ".", ".", "0", "1", "25", "255", "256", "ab", "ffff", "12345", "g", "00", "1.2.3.4"]
    var addresses = 0
    for _ in 0..<3000 {
      let separator = Bool.random(using: &random) ? ":" : ""
      let text = (0..<Int.random(in: 1...10, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined(
        separator: separator)
      var (four, six) = (in_addr(), in6_addr())
      let (isFour, isSix) = (inet_pton(AF_INET, text, &four) == 1, inet_pton(AF_INET6, text, &six) == 1)
      #expect(HostAddress.isIPv4(text.utf8) == isFour, "seed \(seed): \(text)")
      #expect(HostAddress.isIPv6(text.utf8) == isSix, "seed \(seed): \(text)")
      addresses += isFour || isSix ? 1 : 0
    }
    #expect(addresses > 20, "seed \(seed)")
  }
}
