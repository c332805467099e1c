import Fleet

/// Decodes the one document of a configuration file.
enum ConfigurationDecoder {
  private static let field = Field(
    "configuration", .object(ConfigurationKey.table), .required, example: "{apiVersion: reconcile/v1, kind: Configuration}",
    "A configuration.")

  static func decode(_ root: NodeID, _ context: inout DecodingContext) -> Configuration {
    var configuration = Configuration()
    guard let reader = context.object(root, field, as: ConfigurationKey.self) else { return configuration }
    _ = context.choice(reader, .apiVersion)
    _ = context.choice(reader, .kind)
    configuration.manifests = context.pathBeside(reader, .manifests)
    configuration.state = context.pathBeside(reader, .state)
    configuration.credentials = context.pathBeside(reader, .credentials)
    configuration.allowPaths = context.pathsBeside(reader, .allowPaths)
    configuration.allowCredentialPaths = context.flag(reader, .allowCredentialPaths)
    configuration.intervalMilliseconds = context.quantity(reader, .interval)
    configuration.objective = context.choice(reader, .objective, as: Objective.self)
    configuration.color = context.choice(reader, .color, as: Configuration.Colour.self)
    configuration.quiet = context.flag(reader, .quiet)
    configuration.logFormat = context.choice(reader, .logFormat, as: Configuration.LogFormat.self)
    configuration.notify = notify(reader, &context)
    for key in ConfigurationKey.allCases {
      if let node = reader[key] { configuration.places[key.tableField.name] = context.location(node) }
    }
    return configuration
  }

  // MARK: notify

  private static func notify(
    _ reader: ObjectReader<ConfigurationKey>, _ context: inout DecodingContext
  ) -> [NotificationTarget]? {
    guard let node = reader[.notify] else { return nil }
    guard let entries = context.elements(node, ConfigurationKey.notify.tableField, countMax: NotificationTarget.countMax) else {
      return nil
    }
    var targets: [NotificationTarget] = []
    for entry in entries {
      guard let reader = context.object(entry, Field.entryOfNotify, as: NotifyKey.self),
        let target = target(reader, &context)
      else { continue }
      if targets.contains(where: { $0.name == target.name }) {
        context.error(reader[.name] ?? entry, "two entries of notify are called '\(target.name)'", hint: "give each a name of its own")
      }
      targets.append(target)
    }
    return targets
  }

  private static func target(_ reader: ObjectReader<NotifyKey>, _ context: inout DecodingContext) -> NotificationTarget? {
    let name = context.text(reader, .name)
    let urlFile = context.pathBeside(reader, .urlFile)
    let secretFile = context.pathBeside(reader, .secretFile)
    let command = context.words(reader, .command, countMax: NotificationTarget.commandWordsMax)
    let events = context.choices(reader, .events)?.compactMap(NotificationEvent.init(rawValue:))
    let severity = context.choice(reader, .minSeverity, as: NotificationSeverity.self)
    guard let kind = context.choice(reader, .kind, as: NotificationTarget.Kind.self) else { return nil }
    checkKeys(reader, kind, &context)
    return NotificationTarget(
      name: name ?? kind.rawValue, kind: kind, urlFile: urlFile, secretFile: secretFile, command: command ?? [], events: events,
      minSeverity: severity ?? .info)
  }

  /// Each kind has keys that it needs and keys that say nothing to it.
  private static func checkKeys(
    _ reader: ObjectReader<NotifyKey>, _ kind: NotificationTarget.Kind, _ context: inout DecodingContext
  ) {
    let needed = kind.neededKey
    if reader[needed] == nil {
      context.error(
        reader.node, "'\(needed.tableField.name)' is missing for kind \(kind.rawValue)", hint: needed.tableField.exampleHint)
    }
    for key in kind.foreignKeys {
      guard let node = reader[key] else { continue }
      context.error(node, "'\(key.tableField.name)' says nothing to kind \(kind.rawValue)", hint: "remove it, or choose another kind")
    }
    if kind == .command, let node = reader[.command], let first = context.document.elements(node).first,
      context.document[first].kind == .scalar, !context.document.string(first).hasPrefix("/")
    {
      context.error(
        first, "a program is named by its whole path, not \(context.quoted(first))", hint: NotifyKey.command.tableField.exampleHint)
    }
  }
}

extension Field {
  fileprivate static let entryOfNotify = Field(
    "notify", .object(NotifyKey.table), .optional, example: "{kind: slack, urlFile: slack-url}", "One who is told.")
}

extension DecodingContext {
  /// A path as seen from the working directory; in the file it is relative to the file's folder.
  fileprivate mutating func pathBeside<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> String? {
    text(reader, key).map { PathText.resolve($0, in: folder) }
  }

  fileprivate mutating func pathsBeside<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> [String]? {
    words(reader, key, countMax: ManifestLimits.listEntriesMax)?.map { PathText.resolve($0, in: folder) }
  }

  /// A list of texts; nil if the key is not there or is no list.
  fileprivate mutating func words<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key, countMax: Int) -> [String]? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard case .list(.text(let format)) = field.type else { preconditionFailure("'\(field.name)' is no list of texts") }
    return elements(node, field, countMax: countMax)?.compactMap { text($0, field, format) }
  }
}
