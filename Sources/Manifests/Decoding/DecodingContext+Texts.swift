import Fleet

/// A name and where it stands.
struct Reference: Sendable, Equatable {
  var name: String
  var mark: Mark
}

extension DecodingContext {
  mutating func text<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> String? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard case .text(let format) = field.type else { preconditionFailure("'\(field.name)' is no text field") }
    return text(node, field, format)
  }

  mutating func text(_ node: NodeID, _ field: Field, _ format: TextFormat) -> String? {
    guard isText(node, field) else { return nil }
    guard format != .xenURL || !document.withBytes(node, { $0.contains(UInt8(ascii: "@")) }) else {
      // Not repeated, for it may hold the password.
      error(node, "'\(field.name)' holds a user name", hint: "user and password are where 'credentials' says; \(field.exampleHint)")
      return nil
    }
    guard document.withBytes(node, format.accepts) else {
      error(node, "'\(field.name)' is \(quoted(node)), which is not \(format.title)", hint: "\(format.rule); \(field.exampleHint)")
      return nil
    }
    return document.string(node)
  }

  /// A path as seen from the working directory; one that leaves the manifests' folder and those that are allowed is reported.
  mutating func path<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key, orIn folders: [String] = []) -> String? {
    guard let node = reader[key] else { return nil }
    return path(node, key.tableField, orIn: folders)
  }

  mutating func path(_ node: NodeID, _ field: Field, orIn folders: [String] = []) -> String? {
    guard let text = text(node, field, .path) else { return nil }
    let path = PathText.resolve(text, in: folder)
    guard PathGuard.isWithin(path, [root] + folders + trust.folders) else {
      error(
        node, "'\(field.name)' leads to \(DecodingContext.quoted(path)), outside of the folder of the manifests",
        hint:
          "move the file into '\(root)'\(folders.isEmpty ? "" : " or the folder of --state"), or allow its folder with --allow-path FOLDER")
      return nil
    }
    return path
  }

  mutating func reference<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> Reference? {
    guard let node = reader[key], let name = text(reader, key) else { return nil }
    return Reference(name: name, mark: document[node].mark)
  }

  /// True if a value is text; reports it if it is not.
  mutating func isText(_ node: NodeID, _ field: Field) -> Bool {
    guard document[node].kind == .scalar else {
      wrongType(node, field, must: "text")
      return false
    }
    guard document[node].isPlain else { return true }
    if case .text = document.withBytes(node, PlainScalar.init) { return true }
    wrongType(node, field, must: "text", hint: "quote it: \"\(document.string(node))\"")
    return false
  }

  mutating func names<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> [Reference]? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard let elements = elements(node, field) else { return nil }
    return elements.compactMap { element in
      text(element, field, .name).map { Reference(name: $0, mark: document[element].mark) }
    }
  }

  mutating func choices<Key: FieldKey>(_ reader: ObjectReader<Key>, _ key: Key) -> [String]? {
    guard let node = reader[key] else { return nil }
    let field = key.tableField
    guard case .choices(let words) = field.type else { preconditionFailure("'\(field.name)' is no list of choices") }
    guard let elements = elements(node, field) else { return nil }
    var found: [String] = []
    for element in elements {
      guard let word = choice(element, field, of: words) else { continue }
      if found.contains(word) { error(element, "'\(field.name)' names '\(word)' twice", hint: "keep one") } else { found.append(word) }
    }
    return found
  }

  mutating func elements(_ node: NodeID, _ field: Field, countMax: Int = ManifestLimits.listEntriesMax) -> [NodeID]? {
    guard document[node].kind == .sequence else {
      wrongType(node, field)
      return nil
    }
    let elements = document.elements(node)
    guard elements.count <= countMax else {
      error(node, "'\(field.name)' has \(elements.count) entries; at most \(countMax) are read", hint: field.exampleHint)
      return nil
    }
    return elements
  }
}
