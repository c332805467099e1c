/// What a plan of the benchmark has the least of.
package enum BenchmarkObjective: String, Sendable, CaseIterable {
  /// Migrations, hops included.
  case moves
  /// Their summed cost by the format's table.
  case cost
}
