import Fleet

/// Decodes where a simulated Cell's world is: a path, or a mapping of two.
enum SimulatedConnectionDecoder {
  static func decode(_ spec: ObjectReader<CellSpecKey>, _ context: inout DecodingContext) -> SimulatedConnection {
    let field = CellSpecKey.connection.tableField
    guard let node = spec[.connection] else {
      context.error(
        spec.node, "a simulated Cell needs a 'connection'", hint: "the world file, relative to this file: connection: world/east.json")
      return SimulatedConnection(world: "")
    }
    guard context.document[node].kind == .mapping else {
      if context.document[node].kind == .sequence {
        context.wrongType(node, field, must: "a path or a mapping", hint: "connection: world/east.json")
      }
      guard context.document[node].kind == .scalar, let world = context.text(node, field, .path) else {
        return SimulatedConnection(world: "")
      }
      return SimulatedConnection(world: PathText.resolve(world, in: context.folder))
    }
    guard let reader = context.object(node, field, as: SimulatedConnectionKey.self) else { return SimulatedConnection(world: "") }
    let world = context.text(reader, .world).map { PathText.resolve($0, in: context.folder) }
    let initial = context.text(reader, .initial).map { PathText.resolve($0, in: context.folder) }
    if let world, world == initial, let node = reader[.initial] {
      context.error(node, "'initial' is the world file itself", hint: "initial is never written, world is: name two files")
    }
    return SimulatedConnection(world: world ?? "", initial: initial)
  }
}
