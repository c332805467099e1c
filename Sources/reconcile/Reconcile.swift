import ArgumentParser
import Reconciler

/// The program: one command a file.
@main
struct Reconcile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Keeps virtual machines where a folder of manifests in git says they belong.",
    discussion: """
      Without a command it runs once: observe every host, compare with the manifests, plan the fewest migrations, and carry them out. \
      'reconcile --dry-run' only shows the plan.

      Exit status: 0 in sync or converged; 2 moves pending (only with --dry-run --detailed-exitcode); 3 something declared is blocked, missing, \
      unknown, ambiguous, frozen or backing off; 1 a migration failed, or no host of a cell could be observed; 4 refused (lock, stale plan, too \
      many moves, another writer); 65 the manifests are invalid; 64 wrong usage.
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, WatchCommand.self, ValidateCommand.self, StatusCommand.self, HistoryCommand.self, ExplainCommand.self,
      SnapshotCommand.self, ProbeCommand.self, SchemaCommand.self, CompletionCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() async {
    StandardStreams.prepare()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      await Drivers.endSessions()
    } catch {
      await Drivers.endSessions()
      exit(withError: error)
    }
  }
}
