package import Fleet
import Planning
package import Reporting
import StateStore

/// Collects what metrics are made of from the state store and the manifests; no host is contacted.
package struct MetricsBuilder: Sendable {
  package var version: String
  /// Nil: they are invalid now.
  package var manifests: CheckedManifests?
  package var manifestErrors: Int
  package var now: Timestamp

  /// Passes looked through for one that has ended: many may have been killed in a row.
  static let passesReadMax = 1000

  package init(version: String, manifests: CheckedManifests?, manifestErrors: Int, now: Timestamp) {
    self.version = version
    self.manifests = manifests
    self.manifestErrors = manifestErrors
    self.now = now
  }

  /// Throws `StateStoreError` if the database cannot be read.
  package func build(_ keeper: StateKeeper) async throws -> MetricsFacts {
    let status = try await StatusBuilder(manifests: manifests, invalid: manifests == nil ? "" : nil, now: now).build(keeper)
    let now = now
    let view: FleetView? = if let manifests { try await FleetView.stored(manifests, keeper, now: now) } else { nil }
    let observed = Set(status.cells.filter { $0.observedAt != nil }.map(\.name))
    return MetricsFacts(
      version: version, status: status, cells: (view.map(Self.cells) ?? []).filter { cell in observed.contains(cell.name) },
      tallies: try await keeper.call { try $0.tallies() },
      lastEnded: try await keeper.call { try $0.passes(limit: Self.passesReadMax) }.first { $0.endedAt != nil && $0.exitCode != nil },
      manifestErrors: manifestErrors)
  }

  private static func cells(_ view: FleetView) -> [MetricsFacts.Cell] {
    let items = Dictionary(grouping: view.drift.items, by: \.instance.cell)
    let moves = Dictionary(grouping: view.plan.moves, by: \.cell)
    return view.input.desired.cells.map { cell in
      let none = Dictionary(Drift.Bucket.allCases.map { ($0.rawValue, 0) }, uniquingKeysWith: +)
      let counts = Dictionary((items[cell.name] ?? []).map { ($0.bucket.rawValue, 1) }, uniquingKeysWith: +)
      return MetricsFacts.Cell(
        name: cell.name, instances: none.merging(counts) { _, count in count },
        movesPlanned: Dictionary((moves[cell.name] ?? []).map { ($0.mode, 1) }, uniquingKeysWith: +),
        proof: view.plan.proof.cells.first { $0.cell == cell.name }?.status)
    }
  }
}
