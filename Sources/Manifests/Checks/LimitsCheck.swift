import Fleet

/// Limits of a Cell that other limits of it make pointless.
enum LimitsCheck {
  static func run(_ reader: ObjectReader<MigrationLimitsKey>, _ limits: MigrationLimits, _ context: inout DecodingContext) {
    warn(.perHost, limits.perHost, above: "total", limits.total, reader, &context)
    warn(.perHostIncoming, limits.perHostIncoming, above: "perHost", limits.perHost, reader, &context)
    warn(.perHostOutgoing, limits.perHostOutgoing, above: "perHost", limits.perHost, reader, &context)
  }

  private static func warn(
    _ key: MigrationLimitsKey, _ value: Int, above other: String, _ limit: Int, _ reader: ObjectReader<MigrationLimitsKey>,
    _ context: inout DecodingContext
  ) {
    guard let node = reader[key], value > limit else { return }
    context.warning(
      node, "'\(key.tableField.name)' is \(value), above '\(other)', which is \(limit)",
      hint: "'\(other)' holds all the same; lower one, raise the other")
  }
}
