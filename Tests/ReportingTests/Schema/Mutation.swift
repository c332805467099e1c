/// A document with one thing changed.
struct Mutation {
  enum Kind { case added, dropped, retyped, reworded }

  var kind: Kind
  var place: String
  var document: JSONValue

  static func all(of value: JSONValue) -> [Mutation] { all(of: value, at: "") }

  private static func all(of value: JSONValue, at place: String) -> [Mutation] {
    var found: [Mutation] = []
    if !place.isEmpty { found.append(Mutation(kind: .retyped, place: place, document: retyped(value))) }
    switch value {
    case .object(let members):
      var more = members
      more["bogus"] = .null
      found.append(Mutation(kind: .added, place: place, document: .object(more)))
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        var fewer = members
        fewer[name] = nil
        found.append(Mutation(kind: .dropped, place: "\(place).\(name)", document: .object(fewer)))
        for inner in all(of: member, at: "\(place).\(name)") {
          var changed = members
          changed[name] = inner.document
          found.append(Mutation(kind: inner.kind, place: inner.place, document: .object(changed)))
        }
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        for inner in all(of: element, at: "\(place)[\(index)]") {
          var changed = elements
          changed[index] = inner.document
          found.append(Mutation(kind: inner.kind, place: inner.place, document: .array(changed)))
        }
      }
    case .string: found.append(Mutation(kind: .reworded, place: place, document: .string("bogus")))
    default: break
    }
    return found
  }

  private static func retyped(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object: .array([])
    case .array: .object([:])
    case .string: .number(7)
    case .number, .bool, .null: .string("x")
    }
  }
}
