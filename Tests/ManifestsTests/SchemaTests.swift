import Fleet
import Manifests
import Testing

/// The schema says what the decoder does: neither knows a key that the other does not.
@Suite struct SchemaTests {
  private let schema: JSON
  private let validator: SchemaValidator

  init() throws {
    schema = try JSON(ManifestSchema.json)
    validator = SchemaValidator(root: schema)
  }

  @Test func theFullManifestsAreValid() throws {
    for document in FullManifests.documents { #expect(try validator.problems(JSON(document)) == []) }
  }

  /// `GoodManifestTests` sees each of these keys arrive with a value that is not its default.
  @Test func theFullManifestsWriteEveryKeyOfTheSchema() throws {
    var written: Set<String> = []
    for document in FullManifests.documents {
      let value = try JSON(document)
      let kind = try #require(value["kind"]?.text)
      collectKeys(value, kind, into: &written)
    }
    var known: Set<String> = []
    for (kind, definition) in schema["$defs"]?.members ?? [:] { collectProperties(definition, kind, into: &known) }
    #expect(known.subtracting(written) == [])
    #expect(known.count > 60)
  }

  private func collectKeys(_ value: JSON, _ path: String, into keys: inout Set<String>) {
    for (name, inner) in value.members {
      keys.insert("\(path)/\(name)")
      collectKeys(inner, "\(path)/\(name)", into: &keys)
    }
  }

  private func collectProperties(_ schema: JSON, _ path: String, into keys: inout Set<String>) {
    for (name, inner) in schema["properties"]?.members ?? [:] {
      keys.insert("\(path)/\(name)")
      collectProperties(inner, "\(path)/\(name)", into: &keys)
    }
    for rule in schema["allOf"]?.items ?? [] { if let then = rule["then"] { collectProperties(then, path, into: &keys) } }
  }

  @Test func everyKeyIsDescribed() {
    for (kind, definition) in schema["$defs"]?.members ?? [:] { checkDescriptions(definition, kind) }
  }

  private func checkDescriptions(_ schema: JSON, _ path: String) {
    for (name, inner) in schema["properties"]?.members ?? [:] {
      #expect(inner["description"]?.text?.isEmpty == false, "\(path)/\(name)")
      checkDescriptions(inner, "\(path)/\(name)")
    }
    // What a rule says of a key is beside what the key says of itself; the keys below it are new.
    for inner in (schema["allOf"]?.items ?? []).flatMap({ $0["then"]?["properties"]?.members.values.map(\.self) ?? [] }) {
      checkDescriptions(inner, path)
    }
  }

  /// Writing a default out changes nothing: the schema's defaults are the decoder's.
  @Test(arguments: [
    ("Cell", #""hypervisor": "libvirt""#), ("Host", #""cell": "east", "connection": "qemu:///system""#), ("Instance", #""cell": "east""#),
    ("PlacementRule", #""kind": "separate", "instances": {"labels": {"app": "web"}}"#),
    ("PlacementRule", #""kind": "spread", "instances": {"labels": {"app": "web"}}"#), ("MigrationPolicy", ""),
  ])
  func defaultsAreTheDecoders(kind: String, spec: String) throws {
    let bare = "{\"apiVersion\": \"reconcile/v1\", \"kind\": \"\(kind)\", \"metadata\": {\"name\": \"x\"}, \"spec\": {\(spec)}}"
    let without = try fleet(bare)
    let definition = try #require(schema["$defs"]?[kind]?["properties"]?["spec"])
    var defaults: [String] = []
    collectDefaults(definition, [], into: &defaults)
    #expect(defaults.count >= 1)
    for written in defaults where !skips(spec, written) {
      let text = bare.replacing("\"spec\": {", with: "\"spec\": {\(written)\(spec.isEmpty ? "" : ", ")")
      #expect(try validator.problems(JSON(text)) == [], "\(written)")
      #expect(try fleet(text) == without, "\(written)")
    }
  }

  /// `maximum` stands in separate rules only, `maxSkew` in spread rules.
  private func skips(_ spec: String, _ written: String) -> Bool {
    written.contains("\"maximum\": 1") && spec.contains("spread") || written.contains("maxSkew") && spec.contains("separate")
  }

  /// Every default as a member of the spec, the mappings around it included; those of connections and placements need more than themselves.
  private func collectDefaults(_ schema: JSON, _ path: [String], into defaults: inout [String]) {
    for (name, inner) in (schema["properties"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) where name != "placement" {
      if let value = inner["default"] {
        let opening = path.map { "\"\($0)\": {" }.joined()
        defaults.append("\(opening)\"\(name)\": \(value.source)\(String(repeating: "}", count: path.count))")
      }
      collectDefaults(inner, path + [name], into: &defaults)
    }
  }

  /// The fleet of the base and one more document, without what tells where things stand.
  private func fleet(_ document: String) throws -> DesiredFleet {
    let folder = TemporaryFolder()
    folder.write("m/base.yaml", BadManifest.base)
    folder.write("m/x.yaml", document + "\n")
    let loaded = folder.load()
    #expect(loaded.diagnostics == [], "\(document)")
    var fleet = try #require(loaded.fleet)
    let nowhere = Fleet.SourceLocation(path: "", line: 1, column: 1)
    fleet.location = nowhere
    for i in fleet.cells.indices { fleet.cells[i].location = nowhere }
    for i in fleet.policies.indices { fleet.policies[i].location = nowhere }
    for i in fleet.rules.indices { fleet.rules[i].location = nowhere }
    for i in fleet.hosts.indices {
      fleet.hosts[i].location = nowhere
      fleet.hosts[i].maintenance?.location = nowhere
    }
    for i in fleet.instances.indices { (fleet.instances[i].location, fleet.instances[i].placementLocation) = (nowhere, nowhere) }
    return fleet
  }

  /// The decoder's own list of keys, as its hint on an unknown one, is the schema's.
  @Test(arguments: ["Cell", "Host", "Instance", "PlacementRule", "MigrationPolicy"])
  func theDecoderNamesTheSameKeys(kind: String) throws {
    let folder = TemporaryFolder()
    folder.write("m/x.yaml", "apiVersion: reconcile/v1\nkind: \(kind)\nmetadata: {name: x}\nspec: {qqqqqqqqqqqqqqq: 1}\n")
    let hint = try #require(folder.load().diagnostics.compactMap(\.hint).first { $0.hasPrefix("its keys are ") })
    let named = Set(hint.dropFirst(13).split(separator: ", ").map(String.init))
    #expect(named == Set(schema["$defs"]?[kind]?["properties"]?["spec"]?["properties"]?.members.keys.map(\.self) ?? []))
  }

  /// What a document alone can be wrong in, the schema refuses too, apart from what JSON Schema cannot say.
  @Test(arguments: [
    #"{"kind": "Host"}"#, #"{"apiVersion": "v1", "kind": "Fleet", "metadata": {"name": "x"}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "Hots", "metadata": {"name": "x"}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "Host", "metadata": {"name": "x"}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "Instance", "metadata": {"name": "-x"}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "Instance", "metadata": {"name": "x", "labels": {"a": 1}}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "Instance", "metadata": {"name": "x"}, "spec": {"cel": "a"}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "Instance", "metadata": {"name": "x"}, "spec": {"placement": {"anyOf": []}}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "MigrationPolicy", "metadata": {"name": "x"}, "spec": {"bandwidth": 5}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "MigrationPolicy", "metadata": {"name": "x"}, "spec": {"downtime": {"steps": 2}}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "MigrationPolicy", "metadata": {"name": "x"}, "spec": {"autoConverge": "yes"}}"#,
  ])
  func bothRefuse(document: String) throws {
    #expect(try !validator.problems(JSON(document)).isEmpty)
    let folder = TemporaryFolder()
    folder.write("m/x.yaml", document + "\n")
    #expect(folder.load().diagnostics.contains { $0.severity == .error && $0.location?.line == 1 })
  }
}
