import Fleet
import Testing

@Suite struct SHA256Tests {
  /// Vectors of FIPS 180-4, appendix, and lengths around the block border checked with coreutils sha256sum.
  @Test(arguments: [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func knownDigests(text: String, repeats: Int, digest: String) {
    #expect(SHA256.hex(String(repeating: text, count: repeats)) == digest)
  }

  @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 119, 120, 128])
  func piecesAndWholeAgree(length: Int) {
    let text = String(repeating: "x", count: length)
    var pieces = SHA256()
    for character in text.utf8 { pieces.update([character]) }
    #expect(pieces.hexDigest() == SHA256.hex(text))
  }
}
