import Fleet
import FoundationEssentials
import LabSupport
import Manifests
import Testing

/// What an editor with the schema says of a document is what `validate` says of it.
@Suite struct WrongDocumentTests {
  /// What both said of some documents.
  struct Tally: Sendable {
    var refusedByBoth = 0
    var takenByBoth = 0
    /// Refused by `validate` for what no schema can say.
    var beyond: [Int: Int] = [:]
    var differences: [String] = []
    var refusedOnlyByValidate = 0
    var refusedOnlyBySchema = 0

    static func + (left: Tally, right: Tally) -> Tally {
      Tally(
        refusedByBoth: left.refusedByBoth + right.refusedByBoth, takenByBoth: left.takenByBoth + right.takenByBoth,
        beyond: left.beyond.merging(right.beyond, uniquingKeysWith: +), differences: left.differences + right.differences,
        refusedOnlyByValidate: left.refusedOnlyByValidate + right.refusedOnlyByValidate,
        refusedOnlyBySchema: left.refusedOnlyBySchema + right.refusedOnlyBySchema)
    }
  }

  /// One document in a fleet that makes it valid: the others of its kind of fleet.
  struct Bench {
    private let folder = TemporaryFolder()
    private let validator: SchemaValidator
    private let beyond = BeyondTheSchema.all
    private(set) var tally = Tally()

    init(beside others: [String]) throws {
      validator = SchemaValidator(root: try JSON(ManifestSchema.json))
      folder.write("m/base.yaml", others.joined(separator: "\n---\n") + "\n")
    }

    /// What `validate` says of this document alone.
    private func errors(_ source: String) -> [Diagnostic] {
      folder.write("m/x.yaml", source + "\n")
      let trust = ManifestTrust(allowsCredentialPaths: true, folders: [folder.path])
      return folder.load(trust).diagnostics.filter { $0.severity == .error && $0.location?.path.hasSuffix("/x.yaml") == true }
    }

    mutating func judge(_ document: JSON) throws {
      let source = document.source
      var own: [Diagnostic] = []
      for error in errors(source) {
        if let index = beyond.firstIndex(where: { $0.covers(error) }) { tally.beyond[index, default: 0] += 1 } else { own.append(error) }
      }
      let problems = try validator.problems(document)
      switch (own.isEmpty, problems.isEmpty) {
      case (true, true): tally.takenByBoth += 1
      case (false, false): tally.refusedByBoth += 1
      case (false, true): tally.refusedOnlyByValidate += 1
      case (true, false): tally.refusedOnlyBySchema += 1
      }
      guard own.isEmpty != problems.isEmpty else { return }
      tally.differences.append("\(source.prefix(400)): validate: \(own.map(\.message)), schema: \(problems)")
    }
  }

  private static let seeds: UInt64 = 40
  /// What the `together` rule of the full manifests contradicts once it is required.
  private static let contradicted =
    #"{"apiVersion": "reconcile/v1", "kind": "PlacementRule", "metadata": {"name": "r4"}, "spec": {"kind": "separate", "instances": {"labels": {"app": "web"}}}}"#

  private static func judge(_ index: Int, _ documents: [JSON], _ texts: [String]) throws -> Tally {
    var bench = try Bench(beside: [contradicted] + texts[..<index] + texts[(index + 1)...])
    let wrong = WrongDocuments(documents)
    for document in [documents[index]] + wrong.all(ofDocument: index) { try bench.judge(document) }
    for seed in 0..<seeds {
      var random = SplitMix(seed: UInt64(index) << 32 | seed)
      try bench.judge(wrong.seeded(of: documents[index], &random))
    }
    return bench.tally
  }

  @Test func theSchemaIsAsStrictAsValidate() async throws {
    let texts = FullManifests.documents
    let documents = try texts.map { try JSON($0) }
    let tally = try await withThrowingTaskGroup(of: Tally.self) { group in
      for index in documents.indices { group.addTask { try Self.judge(index, documents, texts) } }
      return try await group.reduce(Tally(), +)
    }
    for difference in tally.differences.prefix(40) { Issue.record("\(difference)") }
    let counts =
      "\(tally.refusedByBoth) refused and \(tally.takenByBoth) taken by both; only by validate \(tally.refusedOnlyByValidate), "
      + "only by the schema \(tally.refusedOnlyBySchema)"
    #expect(tally.differences.isEmpty, "\(counts)")
    #expect(tally.refusedByBoth > 5000 && tally.takenByBoth > 1000, "\(counts)")
    for (index, entry) in BeyondTheSchema.all.enumerated() {
      #expect(tally.beyond[index] != nil, "nothing is refused because \(entry.reason): it needs no exception")
    }
  }

  /// What reaches a schema is the value, not how it was written.
  @Test(arguments: [
    ("a number with a fraction of 0", #"{"kind": "MigrationPolicy", "spec": {"connections": 4.0}}"#),
    ("a quantity that is a number, if it is 0", #"{"kind": "MigrationPolicy", "spec": {"bandwidth": 0.0}}"#),
    ("a sign", #"{"kind": "MigrationPolicy", "spec": {"bandwidth": -0}}"#),
    ("a key that stands twice", #"{"kind": "MigrationPolicy", "spec": {"connections": 4, "connections": 4}}"#),
    ("an anchor", #"{"kind": "MigrationPolicy", "spec": {"connections": &four 4}}"#),
    (
      "bytes of a text; a schema counts characters",
      #"{"kind": "Host", "spec": {"cell": "east", "maintenance": {"enabled": false, "reason": "\#(String(repeating: "é", count: 2049))"}}}"#
    ),
  ])
  func whatIsAboutTheTextOnlyValidateSees(what: String, text: String) throws {
    let document = text.replacing(
      "{\"kind\"", with: #"{"apiVersion": "reconcile/v1", "metadata": {"name": "x"}, "kind""#, maxReplacements: 1)
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    folder.write(
      "m/x.yaml", document.replacing("\"cell\": \"east\"", with: "\"cell\": \"east\", \"connection\": \"qemu+tls://hv9/system\"") + "\n")
    #expect(folder.load().errorCount == 1, "\(what)")
    let plain = document.replacing("&four ", with: "")
    #expect(try SchemaValidator(root: JSON(ManifestSchema.json)).problems(JSON(plain)) == [], "\(what)")
  }
}

/// The validator that judges in the other tests is our own; this one is Debian's (python3-jsonschema, which `make deps` installs).
@Suite struct IndependentValidatorTests {
  private static let script = #filePath.replacing("WrongDocuments/WrongDocumentTests.swift", with: "Python/verdicts.py")
  private static let root = #filePath.replacing("/Tests/ManifestsTests/WrongDocuments/WrongDocumentTests.swift", with: "")

  private func verdicts(_ files: [String], _ folder: TemporaryFolder) async throws -> [Substring] {
    folder.write("schema.json", ManifestSchema.json)
    let ended = try await Running("/usr/bin/python3", ["-B", Self.script, "\(folder.path)/schema.json"] + files).wait(within: .seconds(300))
    try #require(ended.status == 0, "\(ended)\nhint: make deps")
    return ended.output.split(separator: "\n")
  }

  /// Also that the schema is one, by the schema of schemas.
  @Test func bothValidatorsSayTheSame() async throws {
    let documents = try FullManifests.documents.map { try JSON($0) }
    let wrong = WrongDocuments(documents)
    var chosen = documents
    for index in documents.indices {
      // Every place is kept, and of the values in it every thirteenth, beginning with another one for each document.
      chosen += wrong.all(ofDocument: index).enumerated().filter { $0.offset % 13 == index % 13 }.map(\.element)
    }
    let folder = TemporaryFolder()
    folder.write("documents.jsonl", chosen.map(\.source).joined(separator: "\n") + "\n")
    let theirs = try await verdicts(["\(folder.path)/documents.jsonl"], folder)
    try #require(theirs.count == chosen.count)
    let validator = SchemaValidator(root: try JSON(ManifestSchema.json))
    var refused = 0
    for (document, verdict) in zip(chosen, theirs) {
      let ours = try validator.problems(document)
      #expect(ours.isEmpty == (verdict == "ok"), "\(document.source.prefix(400)): ours \(ours), theirs \(verdict)")
      refused += ours.isEmpty ? 0 : 1
    }
    #expect(refused > 500 && theirs.count - refused > 100, "\(refused) of \(theirs.count) are refused")
  }

  /// Every manifest that is shipped, shown or tested with is valid in an editor, read as YAML by somebody else.
  @Test func everyManifestOfOursIsValid() async throws {
    let folder = TemporaryFolder()
    folder.write("base.yaml", BadManifest.base)
    folder.write("page.yaml", try ReferenceTests().examples().joined(separator: "---\n"))
    var files = ["\(folder.path)/base.yaml", "\(folder.path)/page.yaml"]
    for fleet in ["manifests", "manifests/examples/minimal", "manifests/examples/libvirt"] {
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/\(fleet)").filter { $0.hasSuffix(".yaml") }
      files += names.map { "\(Self.root)/\(fleet)/\($0)" }
    }
    let verdicts = try await verdicts(files, folder)
    #expect(verdicts.count > 100)
    #expect(verdicts.allSatisfy { $0 == "ok" }, "\(verdicts.filter { $0 != "ok" })")
  }
}
