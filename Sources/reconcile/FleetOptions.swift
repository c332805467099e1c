import ArgumentParser
import Fleet
import Reconciler

/// Where the manifests and the state are; every command that looks at a fleet takes them.
struct FleetOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Folder of the manifests, read recursively.", valueName: "folder"))
  var manifests = "manifests"

  @Option(help: ArgumentHelp("The SQLite database.", valueName: "file"))
  var state = "state/reconcile.db"
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

enum TextOrJSON: String, ExpressibleByArgument, CaseIterable { case text, json }

extension Objective: ExpressibleByArgument {}
