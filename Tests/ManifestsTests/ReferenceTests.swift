import Glibc
import Manifests
import Testing

/// `docs/manifests.md` has every key with its limits and default as the decoder knows them, and its example is a fleet.
///
/// `RECORD_DOCS=1 swift test --filter ReferenceTests` writes the tables anew.
@Suite struct ReferenceTests {
  private static let path = #filePath.replacing("/Tests/ManifestsTests/ReferenceTests.swift", with: "/docs/manifests.md")

  private func page() throws -> String {
    let file = try #require(fopen(ReferenceTests.path, "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  @Test func theTablesAreTheDecoders() throws {
    let page = try page()
    var made = page
    for (title, markdown) in ManifestReference.tables {
      let opening = "<!-- keys: \(title) -->\n"
      let start = try #require(made.ranges(of: opening).first?.upperBound, "\(title) is not in docs/manifests.md")
      let end = try #require(made[start...].ranges(of: "<!-- end -->").first?.lowerBound, "\(title) has no end in docs/manifests.md")
      made.replaceSubrange(start..<end, with: "\(markdown)\n")
    }
    if getenv("RECORD_DOCS") != nil {
      let file = try #require(fopen(ReferenceTests.path, "w"))
      fputs(made, file)
      fclose(file)
    } else {
      #expect(page == made, "docs/manifests.md is out of step: RECORD_DOCS=1 swift test --filter ReferenceTests")
    }
  }

  @Test func theExamplesAreAFleet() throws {
    let blocks = try page().split(separator: "```yaml\n").dropFirst().map { $0.split(separator: "```")[0] }
    #expect(blocks.count >= 6)
    let folder = TemporaryFolder()
    folder.write("m/page.yaml", blocks.joined(separator: "---\n"))
    let loaded = folder.load()
    #expect(TemporaryFolder.lines(loaded, folder).isEmpty)
    #expect(loaded.fleet != nil)
  }
}
