import Manifests
import Testing

/// The decoder's checks and the schema's patterns are two hands: they must agree.
@Suite struct TextFormatTests {
  private static let samples = [
    "a", "A9", "-a", "a-b.c_d", "a b", "a/b", "", "ü", "9", "_x", "x_1", "host", "zone.example/rack",
    "6d7c1f0e-4f0b-4c3e-9d55-0d2f5b1c7a10",
    "6D7C1F0E-4F0B-4C3E-9D55-0D2F5B1C7A10", "6d7c1f0e4f0b4c3e9d550d2f5b1c7a10", "6d7c1f0g-4f0b-4c3e-9d55-0d2f5b1c7a10",
    "https://pool", "https://pool:443/", "http://10.0.0.1",
    "https://[fd00::1]:443",
    "https://", "https:///", "https://a/b", "ftp://a", "https://a@b", "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "sha1//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "XEN_CREDENTIALS", "1X",
    "A-B",
    "world/a.json", "a.json/", ".json", "a\u{7}b", "a\n", "https://pool:99999", "https://999.0.0.1", "https://fd00::1", "https://a..b/",
    "999.0.0.1", "10.0.9", "010.0.0.1", "10.0.9.11:1", "hv1:8443", "hv1:0", "[fd00::1]:8443", "a..b", "hv1.", "1:2:3:4:5:6:7:8",
    "::ffff:1.2.3.4",
    "::", "1::2::3", "2024-02-29", "2023-02-29", "2026-04-31", "2026-11-23T24:00Z", "2026-11-23t18:00.5+01:00", "2026-11-23T18:00",
    "10.0.9.11", "fd00::1", "fe80::1%eth0", "[fd00::1]", "hv1.storage.example", "tcp://a", "a:1", "2026-11-23", "2026-11-23T18:00:00Z",
    "tomorrow",
    String(repeating: "a", count: 253), String(repeating: "a", count: 254),
  ]

  @Test(arguments: TextFormat.allCases)
  func checkAndPatternAgree(format: TextFormat) throws {
    let patterns = Patterns()
    var accepted = 0
    for sample in TextFormatTests.samples {
      var sample = sample
      let isAccepted = sample.withUTF8(format.accepts)
      #expect(try isAccepted == patterns.match(sample, format.pattern), "\(format): '\(sample)'")
      accepted += isAccepted ? 1 : 0
    }
    #expect(accepted > 0 && accepted < TextFormatTests.samples.count)
  }
}
