import Fleet

/// Exactly one document of kind Fleet.
enum FleetCheck {
  static func run(_ index: FleetIndex, folder: String, _ diagnostics: inout DiagnosticList) {
    let fleets = index.declarations.fleets
    guard let first = fleets.first else {
      guard index.declarations.unread.isEmpty else { return }
      return diagnostics.error(
        "no document of kind Fleet in '\(folder)'", at: nil,
        hint: "add one: apiVersion: \(ManifestKind.apiVersion), kind: Fleet, metadata: {name: my-fleet}")
    }
    for fleet in fleets.dropFirst() {
      diagnostics.error(
        "a second Fleet '\(fleet.name)'", at: fleet.location,
        hint: "the first is at \(first.location); a folder declares one fleet")
    }
  }
}
