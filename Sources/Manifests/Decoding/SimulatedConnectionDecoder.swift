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
      guard context.document[node].kind == .scalar, let world = context.world(node, field)
      else { return SimulatedConnection(world: "") }
      return SimulatedConnection(world: world)
    }
    guard let reader = context.object(node, field, as: SimulatedConnectionKey.self) else { return SimulatedConnection(world: "") }
    let world = reader[.world].flatMap { context.world($0, SimulatedConnectionKey.world.tableField) }
    let initial = context.path(reader, .initial)
    if let world, world == initial, let node = reader[.initial] {
      context.error(node, "'initial' is the world file itself", hint: "initial is never written, world is: name two files")
    }
    return SimulatedConnection(world: world ?? "", initial: initial)
  }
}

extension DecodingContext {
  /// A world that migrations change: also in the folder of the database, or in one named `state` beside the manifests, and never anything
  /// but JSON, so that neither the database nor anybody's settings are written over.
  fileprivate mutating func world(_ node: NodeID, _ field: Field) -> String? {
    guard let text = text(node, field, .path) else { return nil }
    guard document.withBytes(node, TextFormat.world.accepts) else {
      error(
        node, "'\(field.name)' is \(DecodingContext.quoted(PathText.resolve(text, in: folder))), which is not named *.json",
        hint: "a world is a file such as world/east.json")
      return nil
    }
    return path(node, field, orIn: [trust.stateFolder, PathText.join(root, "../state")])
  }
}
