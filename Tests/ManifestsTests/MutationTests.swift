import Fleet
import Manifests
import Testing

/// Whatever the bytes are, the answer is a fleet or errors, the same each time.
@Suite struct MutationTests {
  @Test(arguments: 0..<200 as Range<UInt64>)
  func neverACrashAndAlwaysAnAnswer(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var bytes = Array((seed % 2 == 0 ? FullManifests.text : BadManifest.base).utf8)
    let pieces: [[UInt8]] = [
      "[", "]", "{", "}", ": ", "\n", "\"", "- ", "&a ", "*a", "!!x ", "#", "\t", "|\n", "---\n", "\u{FEFF}", "0", "~",
    ].map {
      Array($0.utf8)
    }
    for _ in 0...random.next() % 8 {
      let place = Int(random.next() % UInt64(bytes.count))
      switch random.next() % 4 {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 40)))
      case 2: bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))], at: place)
      default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 60)], at: Int(random.next() % UInt64(bytes.count)))
      }
    }
    let folder = TemporaryFolder()
    folder.write("m/x.yaml", bytes: bytes)
    let loaded = folder.load()
    #expect((loaded.fleet == nil) == (loaded.errorCount > 0), "seed \(seed)")
    #expect(loaded.diagnostics.allSatisfy { $0.hint?.isEmpty == false }, "seed \(seed)")
    let lines = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 2
    #expect(loaded.diagnostics.allSatisfy { $0.location.map { 1...lines ~= $0.line } ?? true }, "seed \(seed)")
    let again = folder.load()
    #expect(again.diagnostics == loaded.diagnostics && again.fleet == loaded.fleet, "seed \(seed)")
  }
}
