import ArgumentParser
import Fleet
import Manifests
import Reconciler

/// How to plan; every command that plans takes them.
struct PlanningOptions: ParsableArguments {
  @Option(help: "What is least after safety and reboots: the number of moves (the default), or their cost.")
  var objective: Objective?

  @Option(
    name: .customLong("max-moves"),
    help: ArgumentHelp("Allow this many moves in a cell, in place of its maxMovesPerPass.", valueName: "n"))
  var maxMoves: Int?

  @Flag(name: .customLong("take-over"), help: "Take over instances whose other writer's mark has expired.")
  var takeOver = false

  func validate() throws {
    if let maxMoves, maxMoves < 0 { throw ValidationError("--max-moves takes a whole number from 0.") }
  }

  func options(_ fleet: FleetOptions, _ scope: PlanScope = PlanScope()) -> PassOptions {
    let settings = Settings.current
    return PassOptions(
      manifests: fleet.manifests, database: fleet.state, objective: settings.value(objective, \.objective) ?? .moves,
      maxMoves: maxMoves, takesOver: takeOver, scope: scope)
  }
}
