import ArgumentParser
import Fleet
import Manifests
import Reconciler
import Reporting

struct MetricsCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Print status and history as metrics for Prometheus; contacts no host.",
    discussion: """
      For the textfile collector of the node exporter write them to a file, which is replaced at once: \
      reconcile metrics --out /var/lib/prometheus/node-exporter/reconcile.prom. Exit status: 0, also while the manifests are invalid, which is \
      a metric; 4 if the database cannot be used. docs/alerts.md says what each metric and each alert means.
      """)

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions

  @Option(help: ArgumentHelp("Write them to this file, whole or not at all.", valueName: "file"))
  var out: String?

  func run() async throws {
    var checked: CheckedManifests?
    var errors = 0
    switch await ManifestSource.load(fleet.manifests, fleet.manifestTrust) {
    case .checked(let manifests, _): checked = manifests
    case .invalid(let loaded): errors = loaded.diagnostics.count { $0.severity == .error }
    case .unsettled(let text): throw Failure.refused(Refusal.manifestsUnsettled(text))
    }
    let keeper = try StateAccess.forReadingIfThere(fleet.state)
    let builder = MetricsBuilder(
      version: Reconcile.version, manifests: checked, manifestErrors: errors, now: SystemClock().now())
    let text: String
    do { text = MetricsReport.text(try await builder.build(keeper)) } catch { throw Failure.refused(error) }
    if let out { try OutputFile.write(text, to: out) } else { StandardStreams.show(text) }
  }
}
