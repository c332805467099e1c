import Testing

@testable import LibvirtHypervisor

@Suite struct ContentDigestTests {
  /// The same content in other pieces, with its zeros as data or as holes, has the same digest.
  @Test(arguments: 0..<20) func howContentIsCutDoesNotMatter(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    var content: [UInt8] = []
    for _ in 0..<random.below(8) {
      let count = random.below(90_000)
      content += random.below(2) == 0 ? [UInt8](repeating: 0, count: count) : (0..<count).map { _ in UInt8(random.below(256)) }
    }
    var whole = ContentDigest()
    whole.add(content)
    var pieces = ContentDigest()
    var rest = content[...]
    while !rest.isEmpty {
      let part = rest.prefix(1 + random.below(150_000))
      rest = rest.dropFirst(part.count)
      if part.allSatisfy({ $0 == 0 }) { pieces.addHole(part.count) } else { pieces.add(Array(part)) }
    }
    #expect(whole == pieces, "seed \(seed), \(content.count) bytes")
    #expect(whole.length == content.count)
    guard !content.isEmpty else { return }
    var changed = content
    changed[random.below(content.count)] ^= 0x40
    var other = ContentDigest()
    other.add(changed)
    #expect(other != whole, "seed \(seed): one bit differs")
    var longer = whole
    longer.addHole(1)
    #expect(longer != whole, "seed \(seed): one zero more")
  }
}

/// The generator the seeds are spread with (Steele, Lea, Flood 2014).
private struct SplitMix {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(bound))
  }
}
