import Fleet

/// All checks of the fleet as a whole; those of one document are done as it is decoded.
enum FleetChecks {
  static func run(_ index: inout FleetIndex, folder: String, _ trust: ManifestTrust, _ diagnostics: inout DiagnosticList) {
    FleetCheck.run(index, folder: folder, &diagnostics)
    DuplicateCheck.run(index, &diagnostics)
    CellReferenceCheck.run(&index, trust, &diagnostics)
    InstanceReferenceCheck.run(&index, &diagnostics)
    PlacementCheck.run(index, &diagnostics)
    RuleCheck.run(index, &diagnostics)
  }
}
