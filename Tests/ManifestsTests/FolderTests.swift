import Fleet
import Glibc
import Manifests
import Testing

/// What of a folder is read, and what is said of what cannot be.
@Suite struct FolderTests {
  private let folder = TemporaryFolder()

  private func instance(_ name: String) -> String {
    "apiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: \(name)}\nspec: {cell: east}\n"
  }

  @Test func noFolder() {
    let loaded = ManifestFolder(path: "\(folder.path)/none").load()
    #expect(
      TemporaryFolder.lines(loaded, folder) == """
        error: there is no folder 't/none'
          hint: name the folder of the manifests with --manifests
        """)
    #expect(loaded.fleet == nil && loaded.errorCount == 1)
  }

  @Test func aFileInsteadOfAFolder() {
    folder.write("m/base.yaml", BadManifest.base)
    let loaded = ManifestFolder(path: "\(folder.manifests)/base.yaml").load()
    #expect(
      TemporaryFolder.lines(loaded, folder) == """
        error: 'm/base.yaml' is not a folder
          hint: name the folder that the file is in
        """)
  }

  @Test func anEmptyFolder() {
    folder.write("m/README.md", "nothing to read")
    #expect(
      folder.lines() == """
        error: the folder 'm' holds no manifests
          hint: manifests are files named *.yaml or *.yml
        """)
    #expect(folder.load().fleet == nil)
  }

  @Test func noFleet() {
    folder.write("m/a.yaml", "# only a comment\n---\n---\n")
    #expect(
      folder.lines() == """
        error: no document of kind Fleet in 'm'
          hint: add one: apiVersion: reconcile/v1, kind: Fleet, metadata: {name: my-fleet}
        """)
    #expect(folder.load().documentCount == 0)
  }

  @Test func foldersAreReadRecursively() {
    folder.write("m/base.yaml", BadManifest.base)
    folder.makeFolder("m/sub")
    folder.makeFolder("m/sub/deep")
    folder.write("m/sub/deep/i.yml", instance("deep"))
    folder.write("m/sub/i.yaml", instance("sub"))
    folder.write("m/sub/i.yaml.bak", "not read")
    let loaded = folder.load()
    #expect(loaded.fleet?.instances.map(\.name) == ["deep", "sub", "web-1"])
    #expect(loaded.fileCount == 3 && loaded.documentCount == 8)
    #expect(loaded.fleet?.instances.first?.location.path == "\(folder.manifests)/sub/deep/i.yml")
  }

  @Test func aPathIsNamedAsItIsGiven() {
    folder.write("m/base.yaml", BadManifest.base)
    let loaded = ManifestFolder(path: "\(folder.manifests)//").load()
    #expect(loaded.fleet?.location == SourceLocation(path: "\(folder.manifests)/base.yaml", line: 3, column: 18))
  }

  @Test func whatStartsWithADotAndWhatIsMarkedIsNotRead() {
    folder.write("m/base.yaml", BadManifest.base)
    folder.makeFolder("m/.git")
    folder.write("m/.git/a.yaml", "not: read")
    folder.write("m/.hidden.yaml", "not: read")
    folder.makeFolder("m/examples")
    folder.write("m/examples/.reconcile-ignore", "")
    folder.write("m/examples/a.yaml", "not: read")
    #expect(folder.lines().isEmpty)
    #expect(folder.load().fileCount == 1)
    // The folder that the user names is always read.
    #expect(ManifestFolder(path: "\(folder.manifests)/examples").load().fileCount == 1)
  }

  @Test func symlinksInsideAreReadOnce() {
    folder.makeFolder("m/sub")
    folder.write("m/sub/base.yaml", BadManifest.base)
    folder.link("m/other", to: "sub")
    folder.link("m/again.yaml", to: "sub/base.yaml")
    folder.link("m/sub/up", to: "..")
    let loaded = folder.load()
    #expect(loaded.diagnostics.isEmpty)
    #expect(loaded.fileCount == 1)
  }

  @Test func symlinksThatLeaveTheFolderAreRefused() {
    folder.write("m/base.yaml", BadManifest.base)
    folder.makeFolder("outside")
    folder.write("outside/secret.yaml", instance("outside"))
    folder.link("m/a.yaml", to: "../outside/secret.yaml")
    folder.link("m/b", to: "../outside")
    folder.link("m/c.yaml", to: "nowhere")
    folder.link("m/README.md", to: "../outside/secret.yaml")
    #expect(
      folder.lines() == """
        m/a.yaml:1:1: error: a symlink that leaves the folder
          hint: it points to t/outside/secret.yaml; copy the file into 'm'
        m/b:1:1: error: a symlink that leaves the folder
          hint: it points to t/outside; copy the file into 'm'
        m/c.yaml:1:1: error: a symlink that leads nowhere
          hint: remove it, or restore the file it points to
        """)
  }

  @Test func aPipeIsNotWaitedFor() {
    folder.write("m/base.yaml", BadManifest.base)
    #expect(mkfifo("\(folder.manifests)/p.yaml", 0o600) == 0)
    #expect(folder.lines() == "m/p.yaml:1:1: error: not a regular file\n  hint: a manifest is a file of text")
  }

  @Test func anUnreadableFileAndFolder() {
    folder.write("m/base.yaml", BadManifest.base)
    folder.write(
      "m/i.yaml", "apiVersion: reconcile/v1\nkind: Instance\nmetadata: {name: i}\nspec: {cell: east, placement: {host: hidden}}\n")
    folder.write("m/x.yaml", instance("x"))
    folder.makeFolder("m/y")
    #expect(chmod("\(folder.manifests)/x.yaml", 0) == 0 && chmod("\(folder.manifests)/y", 0) == 0 && chmod(folder.path, 0o755) == 0)
    // Root may read everything: this thread gives that up for the files it opens, and takes it back.
    let isRoot = geteuid() == 0
    if isRoot { setFileUser(65_534) }
    let lines = folder.lines()
    if isRoot { setFileUser(0) }
    chmod("\(folder.manifests)/y", 0o755)
    #expect(
      lines == """
        m/x.yaml:1:1: error: the file cannot be read: permission denied
          hint: check its owner and mode
        m/y:1:1: error: the folder cannot be read: permission denied
          hint: check its owner and mode
        """)
  }

  /// `setfsuid(2)`, which Swift's Glibc leaves out; it counts for the calling thread alone.
  private func setFileUser(_ user: uid_t) {
    typealias Function = @convention(c) (uid_t) -> CInt
    guard let symbol = dlsym(nil, "setfsuid") else { preconditionFailure("no setfsuid") }
    _ = unsafeBitCast(symbol, to: Function.self)(user)
  }

  @Test func twoObjectsOfOneNameInTwoFiles() {
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/a.yaml", instance("twin"))
    folder.write("m/b.yaml", "# second\n" + instance("twin"))
    #expect(
      folder.lines() == """
        m/b.yaml:4:18: error: Instance 'twin' is declared twice
          hint: the first is at m/a.yaml:3:18; remove or rename one
        """)
  }

  @Test(
    arguments: [
      (
        [0xEF, 0xBB, 0xBF],
        "m/x.yaml:1:1: error: the file starts with a byte order mark\n  hint: save it as UTF-8 without a byte order mark"
      ),
      ([0xFF, 0xFE, 0x61, 0x00], "m/x.yaml:1:1: error: the file is UTF-16, not UTF-8\n  hint: save it as UTF-8 without a byte order mark"),
      (
        Array("a: ü\nb: ü".utf8) + [0xFF],
        "m/x.yaml:2:5: error: not UTF-8 (byte 0xFF)\n  hint: save the file as UTF-8; the rest of this file was not read"
      ),
      (
        Array("a: ".utf8) + [0xC3],
        "m/x.yaml:1:4: error: not UTF-8 (byte 0xC3)\n  hint: save the file as UTF-8; the rest of this file was not read"
      ),
      (
        Array("a: ".utf8) + [0],
        "m/x.yaml:1:4: error: a control character (U+0000)\n  hint: YAML is plain text: remove it; the rest of this file was not read"
      ),
    ] as [([UInt8], String)])
  func bytesThatAreNoText(bytes: [UInt8], said: String) {
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/x.yaml", bytes: bytes)
    #expect(folder.lines() == said)
  }

  @Test func linesMayEndInCarriageReturns() {
    folder.write("m/base.yaml", BadManifest.base.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"))
    #expect(folder.lines().isEmpty)
    #expect(folder.load().fleet?.hosts.map(\.name) == ["hv1", "hv2"])
  }

  @Test func theHashChangesWithBytesAndPathsOnly() {
    folder.write("m/base.yaml", BadManifest.base)
    let hash = folder.load().contentHash
    #expect(hash.count == 64 && folder.load().contentHash == hash)
    folder.write("m/note.txt", "not a manifest")
    #expect(folder.load().contentHash == hash)
    let copy = TemporaryFolder()
    copy.write("m/base.yaml", BadManifest.base)
    #expect(copy.load().contentHash == hash)
    copy.write("m/base.yaml", BadManifest.base + "# more\n")
    let changed = copy.load().contentHash
    #expect(changed != hash)
    #expect(rename("\(folder.manifests)/base.yaml", "\(folder.manifests)/bass.yaml") == 0)
    #expect(![hash, changed].contains(folder.load().contentHash))
  }

  @Test func theOrderOfFilesAndDocumentsChangesNothing() throws {
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/i.yaml", [3, 1, 2].map { instance("i\($0)") }.joined(separator: "---\n"))
    let fleet = try #require(folder.load().fleet)
    #expect(fleet.instances.map(\.name) == ["i1", "i2", "i3", "web-1"])
    #expect(folder.load().fleet == fleet)
    let other = TemporaryFolder()
    for (number, document) in BadManifest.base.replacing("---", with: "\u{0}").split(separator: "\u{0}").enumerated() {
      other.write("m/\(9 - number).yaml", String(document))
    }
    for number in 1...3 { other.write("m/i\(number).yaml", instance("i\(number)")) }
    let same = try #require(other.load().fleet)
    #expect(same.instances.map(\.name) == fleet.instances.map(\.name) && same.hosts.map(\.name) == fleet.hosts.map(\.name))
  }
}
