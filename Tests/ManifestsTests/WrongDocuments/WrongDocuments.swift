/// Documents made of valid ones: mostly wrong in one place, or in several by seed.
struct WrongDocuments {
  /// What stands at each place of the valid documents: `Host/spec/cell` → its values.
  private let vocabulary: [String: [JSON]]
  private let keys: [String: Set<String>]
  /// The document in which each of these places comes first.
  private let first: [String: Int]
  private let documents: [JSON]

  init(_ documents: [JSON]) {
    var vocabulary: [String: [JSON]] = [:]
    var keys: [String: Set<String>] = [:]
    var first: [String: Int] = [:]
    for (index, document) in documents.enumerated() {
      for place in document.places {
        guard let value = document[place[...]] else { continue }
        let name = WrongDocuments.name(place[...], document)
        if first[name] == nil { first[name] = index }
        if vocabulary[name]?.contains(value) != true { vocabulary[name, default: []].append(value) }
        for key in value.members.keys { keys[name, default: []].insert(key) }
      }
    }
    (self.vocabulary, self.keys, self.first, self.documents) = (vocabulary, keys, first, documents)
  }

  private static func name(_ place: ArraySlice<JSONStep>, _ document: JSON) -> String {
    let steps = place.map { step in if case .key(let name) = step { name } else { "[]" } }
    return ([document["kind"]?.text ?? "?"] + steps).joined(separator: "/")
  }

  /// Every change of one place that we know; those that stay within its type only in the first document of a kind that has the place.
  func all(ofDocument index: Int) -> [JSON] {
    let document = documents[index]
    let changed = document.places.flatMap { place in
      changes(of: document, at: place, withinType: first[WrongDocuments.name(place[...], document)] == index)
    }
    return changed.filter { $0 != document && $0 != .null }
  }

  /// Several changes at once.
  func seeded(of document: JSON, _ random: inout SplitMix) -> JSON {
    var changed = document
    for _ in 0..<2 + random.next() % 3 {
      guard let place = changed.places.randomElement(using: &random) else { continue }
      changed = changes(of: changed, at: place, withinType: true).randomElement(using: &random) ?? changed
    }
    // An empty document is passed over by all.
    return changed == .null ? document : changed
  }

  private func changes(of document: JSON, at place: [JSONStep], withinType: Bool) -> [JSON] {
    guard let value = document[place[...]] else { return [] }
    let known = vocabulary[WrongDocuments.name(place[...], document)] ?? []
    var others: [JSON?] = OddValues.ofOtherTypes + known
    if !place.isEmpty { others.append(nil) }
    switch value {
    case _ where !withinType: break
    case .string: others += OddValues.texts
    case .number: others += OddValues.numbers
    case .array: others += OddValues.lists
    case .object: others += OddValues.mappings
    default: break
    }
    var changed = others.compactMap { document.with($0, at: place[...]) }
    if case .object = value { changed += additions(to: document, at: place) }
    return changed
  }

  private func additions(to document: JSON, at place: [JSONStep]) -> [JSON] {
    let name = WrongDocuments.name(place[...], document)
    let members = document[place[...]]?.members ?? [:]
    var added = [document.with(.boolean(true), at: (place + [.key("unknown")])[...])]
    for key in (keys[name] ?? []).sorted() where members[key] == nil {
      for value in vocabulary["\(name)/\(key)"] ?? [] { added.append(document.with(value, at: (place + [.key(key)])[...])) }
    }
    return added.compactMap(\.self)
  }
}
