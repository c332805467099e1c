/// The keys of a MigrationPolicy's `spec`.
enum MigrationPolicySpecKey: Int, FieldKey {
  case downtime, completionTimeoutPerGiB, onTimeout, autoConverge, postCopy, bandwidth, connections, compression, encryption
  case coldShutdown, handover, reserveHotplugMemory, sourceRetention

  static let table = ObjectTable(
    "spec of a MigrationPolicy", MigrationPolicySpecKey.self,
    rules: [.unless(.postCopy, is: .literal("true"), limits: .onTimeout, to: ["abort", "suspend"])])

  var field: Field {
    switch self {
    case .downtime:
      Field(
        "downtime", .object(DowntimeKey.table), .optional, example: "{maximum: 500ms, steps: 10}", "The guest's pause, raised in steps.")
    case .completionTimeoutPerGiB:
      Field(
        "completionTimeoutPerGiB", .quantity(.duration, 0...86_400_000), .defaulted("800s"), example: "800s",
        "How long a migration may take for each GiB of guest; 0: no limit.")
    case .onTimeout:
      Field(
        "onTimeout", .choice(["abort", "postCopy", "suspend"]), .defaulted("abort"), example: "abort",
        "What happens at the completion timeout; postCopy needs postCopy: true.")
    case .autoConverge:
      Field("autoConverge", .flag, .defaulted("false"), example: "true", "The hypervisor may slow the guest down so that it converges.")
    case .postCopy: Field("postCopy", .flag, .defaulted("false"), example: "true", "The migration may be switched to post-copy.")
    case .bandwidth:
      Field(
        "bandwidth", .quantity(.rate, 0...125_000_000_000), .defaulted("0MiB/s"), example: "100MiB/s",
        "Limit of one migration; 0: the hypervisor's own.")
    case .connections: Field("connections", .integer(1...255), .defaulted("1"), example: "4", "Parallel connections of one migration.")
    case .compression: Field("compression", .flag, .defaulted("false"), example: "true", "Memory is compressed on its way.")
    case .encryption:
      Field(
        "encryption", .choice(["required", "preferred", "off"]), .defaulted("preferred"), example: "required",
        "required: no migration without it; preferred: where both hosts can.")
    case .coldShutdown:
      Field(
        "coldShutdown", .object(ColdShutdownKey.table), .optional, example: "{timeout: 120s, onTimeout: abort}",
        "How a guest is shut down for a cold move.")
    case .handover:
      Field(
        "handover", .choice(["safe", "fast"]), .defaulted("safe"), example: "fast",
        "safe: a migrated guest arrives paused and runs once its source is seen gone; fast: the hypervisor lets it run at once.")
    case .reserveHotplugMemory:
      Field(
        "reserveHotplugMemory", .flag, .defaulted("false"), example: "true",
        "Memory that may be plugged into the guest one day (maxMemory) is charged as if it were plugged in.")
    case .sourceRetention:
      Field(
        "sourceRetention", .quantity(.duration, 0...31_536_000_000), .defaulted("24h"), example: "24h",
        "How long the source of a copied disk is kept.")
    }
  }
}

/// The keys of a MigrationPolicy's `spec.downtime`.
enum DowntimeKey: Int, FieldKey {
  case maximum, steps, delay, curve

  static let table = ObjectTable("downtime", DowntimeKey.self)

  var field: Field {
    switch self {
    case .maximum: Field("maximum", .quantity(.duration, 100...2_000_000), .defaulted("500ms"), example: "500ms", "The longest pause.")
    case .steps: Field("steps", .integer(3...1000), .defaulted("10"), example: "10", "Steps up to the longest pause.")
    case .delay:
      Field(
        "delay", .quantity(.duration, 10_000...3_600_000), .defaulted("75s"), example: "75s", "Wait between steps for each GiB of guest.")
    case .curve:
      Field(
        "curve", .choice(["exponential", "linear"]), .defaulted("exponential"), example: "linear", "How the pause rises over the steps.")
    }
  }
}

/// The keys of a MigrationPolicy's `spec.coldShutdown`.
enum ColdShutdownKey: Int, FieldKey {
  case timeout, onTimeout

  static let table = ObjectTable("coldShutdown", ColdShutdownKey.self)

  var field: Field {
    switch self {
    case .timeout:
      Field(
        "timeout", .quantity(.duration, 1000...86_400_000), .defaulted("120s"), example: "120s", "How long the guest may take to shut down."
      )
    case .onTimeout:
      Field(
        "onTimeout", .choice(["abort", "powerOff"]), .defaulted("abort"), example: "powerOff",
        "powerOff: pull the plug on a guest that does not shut down in time.")
    }
  }
}
