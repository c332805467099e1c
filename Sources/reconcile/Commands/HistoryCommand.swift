import ArgumentParser
import Fleet
import Reconciler
import Reporting
import StateStore

struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show past passes and moves, newest first: predicted against actual time and downtime.")

  static let limitMax = 10_000

  @Option(help: ArgumentHelp("The SQLite database.", valueName: "file"))
  var state = "state/reconcile.db"

  @Option(help: ArgumentHelp("Show at most this many passes and moves.", valueName: "n"))
  var limit = 20

  @Option(help: ArgumentHelp("Show only the moves of this instance.", valueName: "name"))
  var instance: String?

  @Option(help: "How to print: text or json.")
  var output = TextOrJSON.text

  func validate() throws {
    guard (1...Self.limitMax).contains(limit) else { throw ValidationError("--limit is from 1 to \(Self.limitMax).") }
  }

  func run() async throws {
    let keeper = try StateAccess.forReading(state)
    let (limit, instance) = (limit, instance.map { InstanceName($0) })
    let (passes, moves): ([PassRecord], [MoveJournal])
    do {
      (passes, moves) = try await keeper.call { store in
        (instance == nil ? try store.passes(limit: limit) : [], try store.moves(limit: limit, instance: instance))
      }
    } catch {
      throw Failure.refused(error)
    }
    switch output {
    case .json: StandardStreams.print(HistoryReport.json(passes: passes, moves: moves))
    case .text:
      if let instance, moves.isEmpty { return StandardStreams.print("No move of an instance called \(instance) is recorded.\n") }
      StandardStreams.print(HistoryReport.text(passes: passes, moves: moves, style: Terminal.style))
    }
  }
}
