import Fleet

/// Decodes a Cell.
enum CellDecoder {
  static func decode(_ document: ObjectReader<DocumentKey>, _ metadata: Metadata, _ context: inout DecodingContext) -> DeclaredCell {
    let empty = DesiredCell(name: CellName(metadata.name), labels: metadata.labels, connection: .libvirt, location: metadata.location)
    var declared = DeclaredCell(cell: empty)
    guard let spec = context.object(document, .spec, as: CellSpecKey.self) else { return declared }
    if let hypervisor = context.choice(spec, .hypervisor) {
      declared.hypervisorIsKnown = true
      switch hypervisor {
      case "simulated": declared.cell.connection = .simulated(SimulatedConnectionDecoder.decode(spec, &context))
      case "xenapi": (declared.cell.connection, declared.addresses) = XenConnectionDecoder.decode(spec, &context)
      default: refuseConnection(spec, &context)
      }
    }
    if let limits = context.object(spec, .limits, as: MigrationLimitsKey.self) { decode(limits, into: &declared.cell.limits, &context) }
    if let rate = context.quantity(spec, .networkRate) { declared.cell.networkBytesPerSecond = rate }
    if let moves = context.integer(spec, .maxMovesPerPass) { declared.cell.maxMovesPerPass = moves }
    if let unmanaged = context.choice(spec, .unmanaged, as: UnmanagedGuests.self) { declared.cell.unmanaged = unmanaged }
    declared.policy = context.reference(spec, .migrationPolicy)
    declared.cell.migrationPolicy = declared.policy.map { PolicyName($0.name) }
    return declared
  }

  private static func refuseConnection(_ spec: ObjectReader<CellSpecKey>, _ context: inout DecodingContext) {
    guard let node = spec[.connection] else { return }
    context.error(
      node, "a libvirt Cell has no 'connection'", hint: "each Host of the cell has its own, such as qemu+tls://hv1.example/system")
  }

  private static func decode(
    _ reader: ObjectReader<MigrationLimitsKey>, into limits: inout MigrationLimits, _ context: inout DecodingContext
  ) {
    if let total = context.integer(reader, .total) { limits.total = total }
    if let perHost = context.integer(reader, .perHost) { limits.perHost = perHost }
    if let incoming = context.integer(reader, .perHostIncoming) { limits.perHostIncoming = incoming }
    if let outgoing = context.integer(reader, .perHostOutgoing) { limits.perHostOutgoing = outgoing }
    LimitsCheck.run(reader, limits, &context)
  }
}
