/// SHA-1 (FIPS 180-4), by which git names contents; nothing here rests on its strength.
package enum SHA1 {
  /// The digest as 40 lower-case hexadecimal digits.
  package static func hex(_ bytes: [UInt8]) -> String {
    var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    let whole = bytes.count / 64 * 64
    var tail = Array(bytes[whole...])
    tail.append(0x80)
    tail += [UInt8](repeating: 0, count: (120 - tail.count % 64) % 64)
    for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: (bytes.count &* 8) >> shift)) }
    var words = [UInt32](repeating: 0, count: 80)
    for (block, length) in [(bytes, whole), (tail, tail.count)] {
      block.withUnsafeBufferPointer { buffer in
        for start in stride(from: 0, to: length, by: 64) { compress(buffer, start, &state, &words) }
      }
    }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func compress(_ buffer: UnsafeBufferPointer<UInt8>, _ start: Int, _ state: inout [UInt32], _ words: inout [UInt32]) {
    for i in 0..<16 {
      let at = start + 4 * i
      words[i] = UInt32(buffer[at]) << 24 | UInt32(buffer[at + 1]) << 16 | UInt32(buffer[at + 2]) << 8 | UInt32(buffer[at + 3])
    }
    for i in 16..<80 { words[i] = turned(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1) }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for i in 0..<80 {
      let (mixed, constant): (UInt32, UInt32) =
        switch i {
        case 0..<20: (b & c | ~b & d, 0x5a82_7999)
        case 20..<40: (b ^ c ^ d, 0x6ed9_eba1)
        case 40..<60: (b & c | b & d | c & d, 0x8f1b_bcdc)
        default: (b ^ c ^ d, 0xca62_c1d6)
        }
      (a, b, c, d, e) = (turned(a, 5) &+ mixed &+ e &+ constant &+ words[i], a, turned(b, 30), c, d)
    }
    for (i, value) in [a, b, c, d, e].enumerated() { state[i] &+= value }
  }

  private static func turned(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
}
