import Fleet

/// Decodes a Host.
enum HostDecoder {
  static func decode(_ document: ObjectReader<DocumentKey>, _ metadata: Metadata, _ context: inout DecodingContext) -> DeclaredHost {
    var host = DesiredHost(name: HostName(metadata.name), labels: metadata.labels, cell: "", location: metadata.location)
    guard let spec = context.object(document, .spec, as: HostSpecKey.self) else {
      return DeclaredHost(host: host, cell: nil, connection: nil, connectionIsGiven: false, labelsAreKnown: metadata.labelsAreKnown)
    }
    let cell = context.reference(spec, .cell)
    if let cell { host.cell = CellName(cell.name) }
    let connection = context.reference(spec, .connection)
    host.connection = connection?.name
    host.migrationAddress = context.text(spec, .migrationAddress)
    host.maintenance = maintenance(spec, &context)
    let capacity = context.object(spec, .capacity, as: CapacityKey.self)
    if let capacity { decode(capacity, into: &host.capacity, &context) }
    host.decommissioned = context.flag(spec, .decommissioned) ?? false
    return DeclaredHost(
      host: host, cell: cell, connection: connection, connectionIsGiven: spec[.connection] != nil,
      reservedMemoryIsGiven: capacity?[.reservedMemory] != nil, labelsAreKnown: metadata.labelsAreKnown)
  }

  private static func maintenance(_ spec: ObjectReader<HostSpecKey>, _ context: inout DecodingContext) -> Maintenance? {
    guard let node = spec[.maintenance] else { return nil }
    guard context.document[node].kind == .mapping else {
      return context.flag(spec, .maintenance) == true ? Maintenance(location: context.location(node)) : nil
    }
    guard let reader = context.object(node, HostSpecKey.maintenance.tableField, as: MaintenanceKey.self) else { return nil }
    let isEnabled = context.flag(reader, .enabled) ?? false
    let reason = context.text(reader, .reason)
    let ticket = context.text(reader, .ticket)
    let until = context.text(reader, .until).flatMap { Timestamp(rfc3339: $0) }
    guard isEnabled else { return nil }
    return Maintenance(reason: reason, ticket: ticket, until: until, location: context.location(node))
  }

  private static func decode(_ reader: ObjectReader<CapacityKey>, into capacity: inout CapacityPolicy, _ context: inout DecodingContext) {
    if let factor = context.decimal(reader, .vcpuOvercommit) { capacity.vcpuOvercommit = factor }
    if let factor = context.decimal(reader, .memoryOvercommit) { capacity.memoryOvercommit = factor }
    if let bytes = context.quantity(reader, .reservedMemory) { capacity.reservedMemoryBytes = bytes }
    if let count = context.integer(reader, .reservedVcpus) { capacity.reservedVcpus = count }
    if let relieve = context.flag(reader, .relieve) { capacity.relieve = relieve }
  }
}
