import ArgumentParser
import Fleet
import Manifests
import Reconciler
import Reporting

/// What of the plan is carried out.
struct ScopeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Carry out only what is in this cell; may be repeated. The whole fleet is planned, and moves that others need come along.",
      valueName: "cell"))
  var cell: [String] = []

  @Option(help: ArgumentHelp("Carry out only moves from or to this host; may be repeated.", valueName: "host"))
  var host: [String] = []

  @Option(help: ArgumentHelp("Carry out only moves of this instance; may be repeated.", valueName: "instance"))
  var instance: [String] = []

  var isWhole: Bool { cell.isEmpty && host.isEmpty && instance.isEmpty }

  /// Ends the command with 64 by a name that the manifests do not have.
  func scope(in fleet: DesiredFleet) throws -> PlanScope {
    try KnownName.expect(cell, "cell", fleet.cells.map(\.name.rawValue))
    try KnownName.expect(host, "host", fleet.hosts.map(\.name.rawValue))
    try KnownName.expect(instance, "instance", fleet.instances.map(\.name.rawValue))
    return PlanScope(
      cells: cell.map { CellName($0) }, hosts: host.map { HostName($0) }, instances: instance.map { InstanceName($0) })
  }
}

/// A name on the command line that the manifests must have.
enum KnownName {
  /// Ends the command with 64 by the first that they do not.
  static func expect(_ names: [String], _ kind: String, _ known: [String]) throws {
    for name in names where !known.contains(name) {
      let nearest = NearestName.of(name, in: known).map { "the nearest is '\($0)'" }
      throw Failure.usage("no manifest names the \(kind) '\(name)'", hint: nearest ?? "'reconcile get \(kind)s' lists what there is")
    }
  }
}
