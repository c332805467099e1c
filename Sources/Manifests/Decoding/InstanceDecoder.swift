import Fleet

/// Decodes an Instance.
enum InstanceDecoder {
  static func decode(_ document: ObjectReader<DocumentKey>, _ metadata: Metadata, _ context: inout DecodingContext) -> DeclaredInstance {
    var declared = DeclaredInstance(
      instance: DesiredInstance(name: InstanceName(metadata.name), labels: metadata.labels, cell: "", location: metadata.location),
      cell: nil, cellIsGiven: false, uuid: nil, policy: nil, hosts: [], placement: nil, labelsAreKnown: metadata.labelsAreKnown)
    guard let spec = context.object(document, .spec, as: InstanceSpecKey.self) else { return declared }
    declared.cellIsGiven = spec[.cell] != nil
    declared.cell = context.reference(spec, .cell)
    if let cell = declared.cell { declared.instance.cell = CellName(cell.name) }
    if let uuid = context.reference(spec, .uuid) {
      declared.uuid = uuid.mark
      declared.instance.uuid = InstanceUUID(uuid.name.lowercased())
    }
    decodePlacement(spec, into: &declared, &context)
    if let storage = context.texts(spec, .targetStorage) { declared.instance.targetStorage = storage.mapValues { StorageID($0) } }
    if let migration = context.object(spec, .migration, as: MigrationKey.self) {
      declared.policy = context.reference(migration, .policy)
      declared.instance.policy = declared.policy.map { PolicyName($0.name) }
      if let allowed = context.choices(migration, .allow) {
        declared.instance.allowedModes = AllowedModes(
          live: allowed.contains("live"), block: allowed.contains("block"), cold: allowed.contains("cold"))
      }
    }
    return declared
  }

  private static func decodePlacement(
    _ spec: ObjectReader<InstanceSpecKey>, into declared: inout DeclaredInstance, _ context: inout DecodingContext
  ) {
    guard let reader = context.object(spec, .placement, as: PlacementKey.self) else { return }
    declared.placement = context.document[reader.node].mark
    declared.instance.placementLocation = context.location(reader.node)
    declared.instance.required = context.flag(reader, .required) ?? false
    let host = context.reference(reader, .host)
    let anyOf = context.names(reader, .anyOf)
    let labels = SelectorDecoder.decode(reader, .hosts, &context)
    guard isOneWay(reader, &context) else { return }
    if let host {
      declared.hosts = [host]
      declared.instance.placement = .host(HostName(host.name))
    } else if let anyOf, let node = reader[.anyOf] {
      if context.document[node].first == 0 {
        context.error(node, "'anyOf' is empty", hint: "name the hosts; leave 'placement' out for anywhere in the cell")
      }
      declared.hosts = anyOf
      declared.instance.placement = .anyOf(anyOf.map { HostName($0.name) })
    } else if let labels {
      declared.instance.placement = .hosts(labels: labels)
    }
  }

  /// True if exactly one of the ways to name hosts is used.
  private static func isOneWay(_ reader: ObjectReader<PlacementKey>, _ context: inout DecodingContext) -> Bool {
    let ways: [PlacementKey] = [.host, .anyOf, .hosts]
    let given = ways.filter { reader[$0] != nil }
    if given.count == 1 { return true }
    if given.isEmpty {
      let subject = reader[.required] != nil ? "'required' without a place" : "'placement' names no place"
      context.error(
        reader[.required] ?? reader.node, subject,
        hint: "add host, anyOf or hosts, for example \(InstanceSpecKey.placement.tableField.exampleHint.dropFirst(12))")
    } else {
      let names = given.map { "'\($0.tableField.name)'" }
      context.error(reader[given[1]] ?? reader.node, "'placement' names \(names.joined(separator: " and "))", hint: "keep one of them")
    }
    return false
  }
}

/// Decodes `{labels: {…}}`.
enum SelectorDecoder {
  static func decode<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key, _ context: inout DecodingContext) -> [String: String]? {
    guard let selector = context.object(reader, key, as: SelectorKey.self), let labels = context.labels(selector, .labels) else {
      return nil
    }
    if labels.isEmpty, let node = selector[.labels] {
      context.error(
        node, "a selector without labels would select everything", hint: "name at least one label, for example labels: {app: web}")
      return nil
    }
    return labels
  }
}
