import Fleet
import Testing

@Suite struct SHA1Tests {
  /// Vectors of FIPS 180-4, and lengths around the block border checked with coreutils sha1sum.
  @Test(arguments: [
    ("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
    ("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"), ("x", 55, "cef734ba81a024479e09eb5a75b6ddae62e6abf1"),
    ("x", 56, "901305367c259952f4e7af8323f480d59f81335b"), ("x", 64, "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163"),
  ])
  func knownDigests(text: String, repeats: Int, digest: String) {
    #expect(SHA1.hex(Array(String(repeating: text, count: repeats).utf8)) == digest)
  }
}
