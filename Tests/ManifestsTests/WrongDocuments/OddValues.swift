/// Values on both sides of every border that manifests know, and of no kind at all.
enum OddValues {
  static let ofOtherTypes: [JSON] = [
    .null, .boolean(true), .number(0), .number(7), .string(""), .string("x"), .array([]), .array([.string("hv1")]), .object([:]),
    .object(["x": .string("y")]),
  ]

  static let numbers: [JSON] = [
    -1, 0, 0.05, 0.1, 0.5, 1, 2, 3, 10, 10.5, 100, 100.5, 255, 256, 1000, 1001, 10_000, 10_001, 65_536, 65_537, 1_000_000, 1_000_001,
    1_000_000_000_000,
  ].map { JSON.number($0) }

  static let lists: [JSON] = [
    .array([.string("hv1"), .string("hv1")]), .array([.string("live"), .string("live")]), .array([.string("warm")]), .array([.number(1)]),
    .array([.string("hv1"), .null]), .array((0..<10_001).map { .string("hv\($0)") }),
  ]

  static let mappings: [JSON] = [
    .object(["labels": .object([:])]), .object(["labels": .object(["zone": .string("b")])]),
    .object(["labels": .object(["a": .number(1)])]),
    .object(["-a": .string("x")]), .object(["a": .string("")]), .object(["": .string("a")]), .object(["a/b": .string("x")]),
    .object([String(repeating: "k", count: 254): .string("x")]), .object(["name": .string("x")]),
    .object(["name": .string("x"), "env": .string("RECONCILE_CREDENTIAL_X")]),
    .object(["world": .string("a.json")]), .object(["initial": .string("a.json")]), .object(["enabled": .boolean(true)]),
    .object(Dictionary(uniqueKeysWithValues: (0..<65).map { ("l\($0)", JSON.string("v")) })),
  ]

  /// A text in place of a text.
  static let texts: [JSON] = (names + words + quantities + addresses + links + times + paths).map { .string($0) }

  private static let names = [
    "-a", "a b", "a/b", ".a", "A9.b_c-d", "é", "a\n", "a\u{7f}", "a\u{0}", "n\u{85}", String(repeating: "n", count: 253),
    String(repeating: "n", count: 254), String(repeating: "t", count: 4096), String(repeating: "t", count: 4097), "HOME", "1X",
    "RECONCILE_CREDENTIAL_X", "RECONCILE_CREDENTIAL_", "RECONCILE_CREDENTIAL_x-y", "6d7c1f0e-4f0b-4c3e-9d55-0d2f5b1c7a1",
    "6d7c1f0e4f0b-4c3e-9d55-0d2f5b1c7a10-", "true", "null", "7",
  ]
  private static let words = [
    "separate", "spread", "together", "postCopy", "suspend", "powerOff", "xenapi", "libvirt", "simulated", "Live",
  ]
  private static let quantities = [
    "0", "00", "0ms", "1", "1ms", "99ms", "100ms", "007s", "9s", "10s", "999ms", "2000s", "2001s", "1h", "1441m", "1440m", "24h", "25h",
    "-1s", "1.5s", "1 s", "1S", "365d", "366d", "31536000000ms", "31536000001ms", "64TiB", "65TiB", "65536GiB", "65537GiB", "1B",
    "124999B/s", "125000B/s", "999kbit/s", "1000kbit/s", "1Mbit/s", "1000Gbit/s", "1001Gbit/s", "116GiB/s", "117GiB/s",
    "99999999999999999999s", "00000000000000000000001s", "1GB",
  ]
  private static let addresses = [
    "10.0.0.1", "999.0.0.1", "10.0.0", "10.0.0.256", "010.0.0.1", "1", "10.0.0.1:16509", "10.0.0.1.", "255.255.255.255", "a..b", ".a",
    "hv1.example.", "-hv1", "hv1:8443", "hv1:0", "hv1:65535", "hv1:65536", "hv1:", "fd00::1", "[fd00::1]", "[fd00::1]:8443", "::",
    "::ffff:1.2.3.4", "::ffff:1.2.3.444", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "fd00:::1",
    "fd00::12345", "fe80::1%eth0", ":1", "tcp://10.0.0.1", "10.0.0.1/24", String(repeating: "a", count: 64),
  ]
  private static let links = [
    "https://pool", "http://pool", "https://pool/", "https://pool/x", "https://root:secret@pool", "https://", "https://pool:443",
    "https://pool:0", "https://pool:99999", "https://999.0.0.1", "https://[fd00::1]:443", "https://[fd00::1", "https://fd00::1",
    "HTTPS://pool",
    "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;", "qemu+tls://hv9/system", "qemu+tls://999.0.0.1/system",
    "qemu+tls://hv9:0/system", "root:secret@hv9",
  ]
  private static let times = [
    "2026-11-23", "2024-02-29", "2023-02-29", "2000-02-29", "1900-02-29", "2026-13-01", "2026-04-31", "2026-00-10", "2026-11-23T18:00Z",
    "2026-11-23 18:00:00.5+01:00", "2026-11-23T24:00:00Z", "2026-11-23T18:00:60Z", "2026-11-23T18:00:00", "2026-11-23T", "2026-11-23T18Z",
    "2026-11-2", "26-11-23", "2026-11-23T18:00.Z", "tomorrow",
  ]
  private static let paths = [
    "world/other.json", "../state/sim.json", "other.txt", "/etc/passwd.json", "../../../x.json", ".git/x.json", "other.json/",
    "./other.json", ".json",
  ]
}
