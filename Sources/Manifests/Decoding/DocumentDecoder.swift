import Fleet

/// Decodes one document: what all kinds share, then the kind's own part.
enum DocumentDecoder {
  private static let field = Field(
    "document", .object(DocumentKey.table), .required, example: "{apiVersion: reconcile/v1, kind: Host, metadata: …, spec: …}",
    "A document of a manifest.")

  static func decode(_ root: NodeID, _ context: inout DecodingContext, _ declarations: inout Declarations) {
    guard context.document[root].kind == .mapping else {
      if let found = context.foundType(root) {
        context.error(root, "a document must be a mapping, not \(found)", hint: "it starts with apiVersion: \(ManifestKind.apiVersion)")
      }
      return declarations.unread.addFile()
    }
    guard isOurs(root, &context, &declarations), let document = context.object(root, field, as: DocumentKey.self) else { return }
    let metadata = Metadata(document, &context)
    guard let kind = kind(document, &context) else {
      if let metadata { declarations.unread.add(metadata.name) } else { declarations.unread.addFile() }
      return
    }
    if document[.spec] == nil, kind.needsSpec { context.missing(DocumentKey.spec.tableField, in: root, DocumentKey.table) }
    guard let metadata else { return declarations.unread.addFile() }
    decode(kind, document, metadata, &context, &declarations)
  }

  /// False for a document of another version or program, whose other keys are nothing to us.
  private static func isOurs(_ root: NodeID, _ context: inout DecodingContext, _ declarations: inout Declarations) -> Bool {
    guard let version = context.document.value(of: "apiVersion", in: root) else { return true }
    guard context.document[version].kind == .scalar else {
      context.wrongType(version, DocumentKey.apiVersion.tableField, must: "text")
      return true
    }
    if context.document.withBytes(version, { $0.elementsEqual(ManifestKind.apiVersion.utf8) }) { return true }
    context.error(version, "unknown apiVersion \(context.quoted(version))", hint: "this program reads \(ManifestKind.apiVersion)")
    let name = context.document.value(of: "metadata", in: root).flatMap { context.document.value(of: "name", in: $0) }
    if let name, context.document[name].kind == .scalar { declarations.unread.add(context.document.string(name)) }
    return false
  }

  /// Nil if the document's kind is not one we know.
  private static func kind(_ document: ObjectReader<DocumentKey>, _ context: inout DecodingContext) -> ManifestKind? {
    guard let node = document[.kind] else { return nil }
    guard context.isText(node, DocumentKey.kind.tableField) else { return nil }
    if let kind = ManifestKind(rawValue: context.document.string(node)) { return kind }
    let kinds = ManifestKind.allCases.map(\.rawValue)
    let near = NearestName.of(context.document.string(node), in: kinds)
    context.error(
      node, "unknown kind \(context.quoted(node))",
      hint: near.map { "did you mean '\($0)'?" } ?? "kinds are \(kinds.joined(separator: ", "))")
    return nil
  }

  private static func decode(
    _ kind: ManifestKind, _ document: ObjectReader<DocumentKey>, _ metadata: Metadata, _ context: inout DecodingContext,
    _ declarations: inout Declarations
  ) {
    switch kind {
    case .fleet:
      _ = context.object(document, .spec, as: FleetSpecKey.self)
      declarations.fleets.append((metadata.name, metadata.location))
    case .cell: declarations.cells.append(CellDecoder.decode(document, metadata, &context))
    case .host: declarations.hosts.append(HostDecoder.decode(document, metadata, &context))
    case .instance: declarations.instances.append(InstanceDecoder.decode(document, metadata, &context))
    case .placementRule: declarations.rules.append(PlacementRuleDecoder.decode(document, metadata, &context))
    case .migrationPolicy: declarations.policies.append(MigrationPolicyDecoder.decode(document, metadata, &context))
    }
  }
}

/// A document's `metadata`.
struct Metadata {
  let name: String
  /// Where the name stands: the place of the whole object in messages.
  let location: SourceLocation
  let labels: [String: String]
  let labelsAreKnown: Bool

  /// Nil if the document has no readable name; already reported.
  init?(_ document: ObjectReader<DocumentKey>, _ context: inout DecodingContext) {
    guard let metadata = context.object(document, .metadata, as: MetadataKey.self) else { return nil }
    let labels = context.labels(metadata, .labels)
    guard let name = context.reference(metadata, .name) else { return nil }
    self.name = name.name
    location = SourceLocation(context.path, name.mark)
    self.labels = labels ?? [:]
    labelsAreKnown = labels != nil || metadata[.labels] == nil
  }
}
