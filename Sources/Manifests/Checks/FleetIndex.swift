import Fleet

/// Declared objects by name, and what several checks ask of them.
struct FleetIndex {
  var declarations: Declarations
  let cells: [String: Int]
  let hosts: [String: Int]
  let policies: [String: Int]
  /// True if every Host's labels are known, so that "no host" can be said.
  let hostsAreComplete: Bool
  let instancesAreComplete: Bool
  private var suggestions: [String: String?] = [:]

  init(_ declarations: Declarations) {
    self.declarations = declarations
    cells = FleetIndex.firsts(declarations.cells.lazy.map(\.cell.name.rawValue))
    hosts = FleetIndex.firsts(declarations.hosts.lazy.map(\.host.name.rawValue))
    policies = FleetIndex.firsts(declarations.policies.lazy.map(\.name.rawValue))
    hostsAreComplete = declarations.unread.isEmpty && declarations.hosts.allSatisfy { $0.labelsAreKnown && $0.cell != nil }
    instancesAreComplete = declarations.unread.isEmpty && declarations.instances.allSatisfy(\.labelsAreKnown)
  }

  private static func firsts(_ names: some Sequence<String>) -> [String: Int] {
    Dictionary(names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: min)
  }

  func host(_ name: String) -> DeclaredHost? { hosts[name].map { declarations.hosts[$0] } }
  func cell(_ name: String) -> DeclaredCell? { cells[name].map { declarations.cells[$0] } }

  /// Reports a name that nothing declares.
  mutating func unknown(_ kind: ManifestKind, _ reference: Reference, path: String, _ diagnostics: inout DiagnosticList) {
    guard !declarations.unread.contains(reference.name) else { return }
    guard !diagnostics.isFull else { return diagnostics.count(.error) }
    let near = suggestion(kind, reference.name)
    diagnostics.error(
      "no \(kind.rawValue) is named '\(reference.name)'", at: SourceLocation(path, reference.mark),
      hint: near.map { "did you mean '\($0)'?" } ?? "declare it: kind: \(kind.rawValue), metadata: {name: \(reference.name)}")
  }

  private mutating func suggestion(_ kind: ManifestKind, _ name: String) -> String? {
    let key = "\(kind.rawValue) \(name)"
    if let known = suggestions[key] { return known }
    guard suggestions.count < ManifestLimits.suggestionsMax else { return nil }
    let near =
      switch kind {
      case .cell: NearestName.of(name, in: declarations.cells.lazy.map(\.cell.name.rawValue))
      case .host: NearestName.of(name, in: declarations.hosts.lazy.map(\.host.name.rawValue))
      default: NearestName.of(name, in: declarations.policies.lazy.map(\.name.rawValue))
      }
    suggestions[key] = .some(near)
    return near
  }
}
