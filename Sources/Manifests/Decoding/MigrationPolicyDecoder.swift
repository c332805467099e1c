import Fleet

/// Decodes a MigrationPolicy.
enum MigrationPolicyDecoder {
  static func decode(_ document: ObjectReader<DocumentKey>, _ metadata: Metadata, _ context: inout DecodingContext) -> DesiredPolicy {
    var policy = MigrationPolicy()
    if let spec = context.object(document, .spec, as: MigrationPolicySpecKey.self) {
      decode(spec, into: &policy, &context)
      PolicyCheck.run(spec, policy, &context)
    }
    return DesiredPolicy(name: PolicyName(metadata.name), policy: policy, location: metadata.location)
  }

  private static func decode(
    _ spec: ObjectReader<MigrationPolicySpecKey>, into policy: inout MigrationPolicy, _ context: inout DecodingContext
  ) {
    if let reader = context.object(spec, .downtime, as: DowntimeKey.self) { decode(reader, into: &policy.downtime, &context) }
    if let timeout = context.quantity(spec, .completionTimeoutPerGiB) { policy.completionTimeoutMillisecondsPerGiB = timeout }
    if let action = context.choice(spec, .onTimeout, as: MigrationPolicy.TimeoutAction.self) { policy.onTimeout = action }
    if let flag = context.flag(spec, .autoConverge) { policy.autoConverge = flag }
    if let flag = context.flag(spec, .postCopy) { policy.postCopy = flag }
    if let rate = context.quantity(spec, .bandwidth) { policy.bandwidthBytesPerSecond = rate }
    if let count = context.integer(spec, .connections) { policy.connections = count }
    if let flag = context.flag(spec, .compression) { policy.compression = flag }
    if let encryption = context.choice(spec, .encryption, as: MigrationPolicy.Encryption.self) { policy.encryption = encryption }
    if let reader = context.object(spec, .coldShutdown, as: ColdShutdownKey.self) { decode(reader, into: &policy.coldShutdown, &context) }
    if let handover = context.choice(spec, .handover, as: MigrationPolicy.Handover.self) {
      policy.handover = handover == .safe ? nil : handover
    }
    if let flag = context.flag(spec, .reserveHotplugMemory) { policy.reservesHotplugMemory = flag ? true : nil }
    if let retention = context.quantity(spec, .sourceRetention) { policy.sourceRetentionMilliseconds = retention }
  }

  private static func decode(
    _ reader: ObjectReader<DowntimeKey>, into downtime: inout MigrationPolicy.Downtime, _ context: inout DecodingContext
  ) {
    if let maximum = context.quantity(reader, .maximum) { downtime.maximumMilliseconds = maximum }
    if let steps = context.integer(reader, .steps) { downtime.steps = steps }
    if let delay = context.quantity(reader, .delay) { downtime.delayMillisecondsPerGiB = delay }
    if let curve = context.choice(reader, .curve, as: MigrationPolicy.Curve.self) { downtime.curve = curve }
  }

  private static func decode(
    _ reader: ObjectReader<ColdShutdownKey>, into shutdown: inout MigrationPolicy.ColdShutdown, _ context: inout DecodingContext
  ) {
    if let timeout = context.quantity(reader, .timeout) { shutdown.timeoutMilliseconds = timeout }
    if let action = context.choice(reader, .onTimeout, as: MigrationPolicy.ShutdownTimeoutAction.self) { shutdown.onTimeout = action }
  }
}
