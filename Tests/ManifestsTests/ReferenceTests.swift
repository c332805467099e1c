import Glibc
import Manifests
import Testing

/// `docs/manifests.md` and `docs/configuration.md` have every key with its limits and default as the decoders know them, and what they
/// show is what those read.
///
/// `RECORD_DOCS=1 swift test --filter ReferenceTests` writes the tables anew.
@Suite struct ReferenceTests {
  private static func path(_ name: String) -> String {
    #filePath.replacing("/Tests/ManifestsTests/ReferenceTests.swift", with: "/docs/\(name)")
  }

  private func page(_ name: String = "manifests.md") throws -> String {
    let file = try #require(fopen(ReferenceTests.path(name), "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  @Test(arguments: ["manifests.md", "configuration.md"])
  func theTablesAreTheDecoders(name: String) throws {
    let page = try page(name)
    var made = page
    for (title, markdown) in name == "manifests.md" ? ManifestReference.tables : ManifestReference.configurationTables {
      let opening = "<!-- keys: \(title) -->\n"
      let start = try #require(made.ranges(of: opening).first?.upperBound, "\(title) is not in docs/\(name)")
      let end = try #require(made[start...].ranges(of: "<!-- end -->").first?.lowerBound, "\(title) has no end in docs/\(name)")
      made.replaceSubrange(start..<end, with: "\(markdown)\n")
    }
    if getenv("RECORD_DOCS") != nil {
      let file = try #require(fopen(ReferenceTests.path(name), "w"))
      fputs(made, file)
      fclose(file)
    } else {
      #expect(page == made, "docs/\(name) is out of step: RECORD_DOCS=1 swift test --filter ReferenceTests")
    }
  }

  @Test func theExampleIsAConfiguration() throws {
    let block = try #require(try page("configuration.md").split(separator: "```yaml\n").dropFirst().first?.split(separator: "```")[0])
    let text = Array(block.utf8)
    let (configuration, diagnostics) = text.withUnsafeBufferPointer { ConfigurationFile.decode($0, path: "/etc/reconcile/reconcile.yaml") }
    #expect(diagnostics.isEmpty && configuration.notify?.count == 1 && configuration.intervalMilliseconds == 60_000)
  }

  /// The YAML blocks of the page.
  func examples() throws -> [Substring] { try page().split(separator: "```yaml\n").dropFirst().map { $0.split(separator: "```")[0] } }

  @Test func theExamplesAreAFleet() throws {
    let blocks = try examples()
    #expect(blocks.count >= 6)
    let folder = TemporaryFolder()
    folder.write("m/page.yaml", blocks.joined(separator: "---\n"))
    let loaded = folder.load()
    #expect(TemporaryFolder.lines(loaded, folder).isEmpty)
    #expect(loaded.fleet != nil)
  }
}
