/// A place in a JSON value.
enum JSONStep: Hashable {
  case key(String)
  case item(Int)
}

extension JSON {
  /// Every place in the value, its own first.
  var places: [[JSONStep]] {
    switch self {
    case .object(let members):
      [[]] + members.sorted { $0.key < $1.key }.flatMap { name, inner in inner.places.map { [.key(name)] + $0 } }
    case .array(let items): [[]] + items.enumerated().flatMap { index, inner in inner.places.map { [.item(index)] + $0 } }
    default: [[]]
    }
  }

  subscript(place: ArraySlice<JSONStep>) -> JSON? {
    guard let step = place.first else { return self }
    switch (self, step) {
    case (.object(let members), .key(let name)): return members[name]?[place.dropFirst()]
    case (.array(let items), .item(let index)) where items.indices.contains(index): return items[index][place.dropFirst()]
    default: return nil
    }
  }

  /// The same with another value at a place, which may be a new key there; nil: without it.
  func with(_ new: JSON?, at place: ArraySlice<JSONStep>) -> JSON? {
    guard let step = place.first else { return new }
    switch (self, step) {
    case (.object(var members), .key(let name)):
      members[name] = (members[name] ?? .null).with(new, at: place.dropFirst())
      return .object(members)
    case (.array(var items), .item(let index)) where items.indices.contains(index):
      if let inner = items[index].with(new, at: place.dropFirst()) { items[index] = inner } else { items.remove(at: index) }
      return .array(items)
    default: return self
    }
  }
}
