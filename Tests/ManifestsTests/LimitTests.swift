import Fleet
import Glibc
import Manifests
import Testing

/// Every limit has its error, and beyond it nothing is slow or deep.
@Suite struct LimitTests {
  private func said(_ text: String) -> String {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/case.yaml", text)
    return folder.lines()
  }

  @Test(arguments: [65, 100_000])
  func depth(levels: Int) {
    let nested = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    #expect(
      said("apiVersion: reconcile/v1\nkind: Host\nmetadata: \(nested)\n") == """
        m/case.yaml:3:74: error: nested deeper than 64 levels
          hint: no manifest needs more than 6; the rest of this file was not read
        """)
  }

  @Test func depthOfIndentation() {
    let nested = (1...200).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(said("a:\n\(nested)").hasPrefix("m/case.yaml:65:65: error: nested deeper than 64 levels"))
  }

  @Test func depthThatIsAllowed() {
    let nested = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(said("apiVersion: reconcile/v1\nkind: Host\nmetadata: \(nested)\n").contains("'metadata' must be a mapping, not a list"))
  }

  @Test func keysAndValuesOfADocument() {
    let many = String(repeating: "a,", count: ManifestLimits.nodesPerDocumentMax)
    #expect(
      said("a: [\(many)]\n").contains("error: a document of more than 200000 keys and values\n  hint: one document declares one object"))
  }

  @Test func lengthOfANameAndOfAText() {
    func instance(_ name: String) -> String { "apiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: \(name)}\nspec: {cell: east}\n" }
    #expect(said(instance(String(repeating: "a", count: 253))).isEmpty)
    let name = said(instance(String(repeating: "a", count: 254)))
    #expect(name.hasPrefix("m/case.yaml:3:18: error: 'name' is '\(String(repeating: "a", count: 77))...', which is not a name\n"))
  }

  @Test func bytesOfAScalar() {
    let text = "apiVersion: reconcile/v1\nkind: Fleet\nmetadata: {name: \"\(String(repeating: "x", count: 1 << 20))"
    #expect(said(text + "\"}\n").contains("'name' is 'xxx"))
    #expect(said(text + "x\"}\n").hasPrefix("m/case.yaml:3:18: error: a text of more than 1MiB\n"))
  }

  @Test func labels() {
    func instance(_ count: Int) -> String {
      let labels = (0..<count).map { "k\($0): v" }.joined(separator: ", ")
      return "apiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: i, labels: {\(labels)}}\nspec: {cell: east}\n"
    }
    #expect(said(instance(64)).isEmpty)
    #expect(
      said(instance(65)) == """
        m/case.yaml:3:29: error: 'labels' has 65 entries; at most 64 are read
          hint: for example labels: {zone: a, rack: r7}
        """)
  }

  @Test func entriesOfAList() {
    let hosts = (0...ManifestLimits.listEntriesMax).map { "h\($0)" }.joined(separator: ", ")
    let text = "apiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: i}\nspec: {cell: east, placement: {anyOf: [\(hosts)]}}\n"
    #expect(said(text).hasPrefix("m/case.yaml:4:39: error: 'anyOf' has 10001 entries; at most 10000 are read\n"))
  }

  @Test func bytesOfAFile() {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/case.yaml", "")
    #expect(truncate("\(folder.path)/m/case.yaml", 100_000_000) == 0)
    #expect(
      folder.lines() == """
        m/case.yaml:1:1: error: the file has 100000000 bytes; at most 64MiB are read
          hint: split it into several files
        """)
  }

  @Test func bytesOfAFolder() {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    for number in 1...17 {
      folder.write("m/c\(number).yaml", "")
      #expect(truncate("\(folder.path)/m/c\(number).yaml", 64 << 20) == 0)
    }
    #expect(
      folder.lines() == """
        error: the manifests of 'm' have \(17 * (64 << 20) + BadManifest.base.utf8.count) bytes; at most 1GiB are read
          hint: split the fleet
        """)
  }

  @Test func depthOfFolders() {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    var path = "m"
    for _ in 0...64 {
      path += "/d"
      folder.makeFolder(path)
    }
    #expect(folder.lines().hasSuffix("/d:1:1: error: folders are nested deeper than 64\n  hint: move the manifests up"))
  }

  @Test func errorsThatAreKept() {
    let line = "apiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: i}\nspec: {cell: east, x: 1}\n---\n"
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/case.yaml", String(repeating: line, count: 6000))
    let loaded = folder.load()
    // Each document has an unknown key, and all but the first the first one's name.
    #expect(loaded.errorCount == 11_999)
    #expect(loaded.diagnostics.count == 10_001)
    #expect(loaded.diagnostics.last?.description == "error: 1999 more errors and warnings are not shown\n  hint: mend those above first")
  }
}
