import Fleet

/// What `validate` says of a document and no JSON Schema of one document can: it is about other documents, files, or two values at once.
struct BeyondTheSchema {
  let reason: String
  /// Which errors, by their text.
  let errors: [Regex<Substring>]

  func covers(_ diagnostic: Diagnostic) -> Bool { errors.contains { diagnostic.message.firstMatch(of: $0) != nil } }

  static var all: [BeyondTheSchema] {
    [
      BeyondTheSchema(reason: "what it names is declared elsewhere", errors: [#/^no (?:Cell|Host|MigrationPolicy) is named /#]),
      BeyondTheSchema(reason: "the cell of a host is said in the host's document", errors: [#/^Host '.*' is in cell '/#]),
      BeyondTheSchema(
        reason: "whether the cell may be left out depends on how many there are", errors: [#/names no 'cell', and the fleet has /#]),
      BeyondTheSchema(
        reason: "what a host's connection may be depends on the hypervisor of its cell",
        errors: [
          #/^Host '.*' of a libvirt Cell needs a 'connection'$/#, #/^a Host of a simulated Cell has no 'connection'$/#,
          #/^'connection' (?:is for|holds|asks|names|ends|has the parameter|has a value of) /#, #/^'connection' is .* not a libvirt URI$/#,
          #/^'connection' is not a libvirt URI$/#,
        ]),
      BeyondTheSchema(
        reason: "names, uuids and connections are unique over all documents",
        errors: [#/ is declared (?:twice|in two cells)/#, #/^a second Fleet /#, #/ has the (?:uuid|connection) of /#]),
      BeyondTheSchema(
        reason: "which labels hosts carry is said in theirs", errors: [#/^no Host (?:of cell '.*' has the labels|has a label) /#]),
      BeyondTheSchema(reason: "rules are compared with each other", errors: [#/^PlacementRule '.*' contradicts /#]),
      BeyondTheSchema(
        reason: "where a path leads depends on the folders, their links and what the command line allows",
        errors: [#/ leads to .*, outside of the folder of the manifests$/#]),
      BeyondTheSchema(reason: "a schema does not compare two values", errors: [#/^'initial' is the world file itself$/#]),
    ]
  }
}
