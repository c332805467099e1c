import Manifests
import Testing

@Suite struct NearestNameTests {
  private static let words = ["placement", "migration", "hypervisor", "maintenance", "targetStorage", "cell", "uuid"]

  @Test(arguments: [
    ("placment", "placement"), ("plcaement", "placement"), ("Cell", "cell"), ("cel", "cell"), ("uid", "uuid"),
    ("TARGETSTORAGE", "targetStorage"),
    ("hypervizer", "hypervisor"), ("migrations", "migration"),
  ])
  func near(word: String, meant: String) { #expect(NearestName.of(word, in: NearestNameTests.words) == meant) }

  @Test(arguments: ["", "colour", "x", "zzzz", "placementruleofall"])
  func far(word: String) { #expect(NearestName.of(word, in: NearestNameTests.words) == nil) }

  @Test func theFirstOfEqualsIsTaken() { #expect(NearestName.of("hv3", in: ["hv1", "hv2"]) == "hv1") }

  /// One edit of any word of four letters or more leads back to it, unless another word is as near.
  @Test(arguments: 0..<128 as Range<UInt64>)
  func oneEditIsFound(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let word = NearestNameTests.words[Int(random.next() % UInt64(NearestNameTests.words.count))]
    var letters = Array(word)
    let place = Int(random.next() % UInt64(letters.count - 1))
    switch random.next() % 4 {
    case 0: letters.remove(at: place)
    case 1: letters.insert("q", at: place)
    case 2: letters[place] = "q"
    default: letters.swapAt(place, place + 1)
    }
    #expect(NearestName.of(String(letters), in: NearestNameTests.words) == word, "seed \(seed): \(String(letters))")
  }
}
