package import Fleet

/// Which objects of a list are asked for; what is empty asks for all.
package struct GetSelection: Sendable, Equatable {
  package var names: [String]
  /// All of them must be carried.
  package var labels: [String: String]
  package var cells: [CellName]

  /// A name that no object of the kind has, and the names there are.
  package struct Unknown: Error, Equatable {
    package var name: String
    package var known: [String]
  }

  package init(names: [String] = [], labels: [String: String] = [:], cells: [CellName] = []) {
    self.names = names
    self.labels = labels
    self.cells = cells
  }

  /// Those asked for, in their order. `carried`: the labels of an object. Throws `Unknown` for a name that nothing in the whole list has.
  package func of<Item: GetItem>(_ items: [Item], labels carried: (Item) -> [String: String]) throws(Unknown) -> [Item] {
    for name in names where !items.contains(where: { $0.title == name || $0.aliases.contains(name) }) {
      throw Unknown(name: name, known: items.flatMap { [$0.title] + $0.aliases })
    }
    return items.filter { item in
      (names.isEmpty || names.contains(item.title) || item.aliases.contains { names.contains($0) })
        && (cells.isEmpty || item.cellNames.contains { cells.contains($0) }) && labels.selects(carried(item))
    }
  }

  /// `app=web,tier=1` and more such texts as one selector; nil: it is none, or asks for two values of one key.
  package static func labels(_ texts: [String]) -> [String: String]? {
    var found: [String: String] = [:]
    for pair in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("!"), !parts[1].hasPrefix("=") else { return nil }
      let (key, value) = (String(parts[0]), String(parts[1]))
      guard found[key, default: value] == value else { return nil }
      found[key] = value
    }
    return found
  }
}
