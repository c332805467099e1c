import ArgumentParser
import Fleet
import Reconciler
import Reporting
import StateStore

struct HistoryCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show past passes and moves, newest first: predicted against actual time and downtime.")

  static let limitMax = 10_000

  @OptionGroup(title: "Everywhere") var common: CommonOptions

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Show at most this many passes and moves.", valueName: "n"))
  var limit = 20

  @Option(help: ArgumentHelp("Show only the moves of this instance.", valueName: "name"))
  var instance: String?

  @Option(help: ArgumentHelp("Show only the moves from or to this host.", valueName: "name"))
  var host: String?

  @Option(help: ArgumentHelp("Show only what began since then: 90m, 24h, 7d ago, or a time as 2026-11-28T06:00:00Z.", valueName: "time"))
  var since: PastTime?

  @Flag(help: "Show only what failed, was undone, or needs a human.")
  var failed = false

  @Flag(help: "Show only moves, no passes.")
  var moves = false

  @Option(name: .shortAndLong, help: "How to print: text or json.")
  var output = TextOrJSON.text

  func validate() throws {
    guard (1...Self.limitMax).contains(limit) else { throw ValidationError("--limit is from 1 to \(Self.limitMax).") }
  }

  func run() async throws {
    let keeper = try StateAccess.forReading(database.state)
    let filter = HistoryFilter(
      since: since?.timestamp(SystemClock().now()), failed: failed, instance: instance.map { InstanceName($0) },
      host: host.map { HostName($0) }, movesOnly: moves)
    // What is filtered is looked for in all that is kept.
    let (limit, readMax) = (limit, filter.isEmpty ? limit : Self.limitMax)
    let (passes, operations): ([PassRecord], [OperationJournal])
    do {
      (passes, operations) = try await keeper.call { store in
        (
          Array(try store.passes(limit: readMax).filter(filter.allows).prefix(limit)),
          Array(try store.operations(limit: readMax, instance: filter.instance).filter(filter.allows).prefix(limit))
        )
      }
    } catch {
      throw Failure.refused(error)
    }
    switch output {
    case .json: StandardStreams.show(HistoryReport.json(passes: passes, operations: operations))
    case .text:
      if !filter.isEmpty, passes.isEmpty, operations.isEmpty { return StandardStreams.print("Nothing that is recorded fits.\n") }
      StandardStreams.show(HistoryReport.text(passes: passes, operations: operations, style: Terminal.style))
    }
  }
}

/// A time on the command line that has passed: so long ago, or an instant.
enum PastTime: ExpressibleByArgument, Sendable {
  case ago(milliseconds: Int)
  case at(Timestamp)

  private static let unitSeconds = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
  private static let countMax = 100_000

  init?(argument: String) {
    if let unit = argument.last.flatMap({ Self.unitSeconds[String($0)] }), let count = Int(argument.dropLast()),
      (0...Self.countMax).contains(count)
    {
      self = .ago(milliseconds: count * unit * 1000)
    } else if let time = Timestamp(rfc3339: argument) {
      self = .at(time)
    } else {
      return nil
    }
  }

  func timestamp(_ now: Timestamp) -> Timestamp {
    switch self {
    case .ago(let milliseconds): now.adding(milliseconds: -milliseconds)
    case .at(let time): time
    }
  }
}
