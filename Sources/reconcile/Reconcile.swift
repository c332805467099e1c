import ArgumentParser
import Glibc
import Reconciler

/// The program: one command a file.
@main
struct Reconcile: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Keeps virtual machines where a folder of manifests in git says they belong.",
    discussion: """
      Without a command it runs once: observe every host, compare with the manifests, plan the fewest migrations, and carry them out. \
      'reconcile --dry-run' only shows the plan.

      reconcile plan               what would be done, and why
      reconcile                    show it, ask, do it; --yes does not ask
      reconcile plan --out FILE    save it; 'reconcile apply FILE' does exactly that
      reconcile status             what is where, which hosts are EMPTY
      reconcile get hosts          a table (instances, moves, rules, cells, storages)
      reconcile explain NAME       one guest or host: seen, planned, and why
      reconcile watch              converge on a timer

      Exit status: 0 in sync or converged; 2 moves pending (only with --dry-run --detailed-exitcode); 3 something declared is blocked, missing, \
      unknown, ambiguous, frozen or backing off; 1 a migration failed, or no host of a cell could be observed; 4 refused (lock, stale plan, too \
      many moves, another writer), or what it printed could not be written; 65 the manifests are invalid; 64 wrong usage.
      """,
    version: version,
    subcommands: [
      RunCommand.self, PlanCommand.self, ApplyCommand.self, ShowCommand.self, WatchCommand.self, ValidateCommand.self, StatusCommand.self,
      GetCommand.self, HistoryCommand.self, MetricsCommand.self, ExplainCommand.self, SnapshotCommand.self, ProbeCommand.self,
      ConfigCommand.self,
      SchemaCommand.self,
      CompletionCommand.self,
      VersionCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() async {
    StandardStreams.prepare()
    ProcessSettings.prepare()
    var status: Int32 = 0
    do {
      var arguments = Array(CommandLine.arguments.dropFirst())
      if arguments == ["-V"] { arguments = ["--version"] }
      let commands = configuration.subcommands.flatMap { [$0._commandName] + $0.configuration.aliases }
      if let problem = FirstWord.problem(in: arguments, commands: commands) {
        throw Failure.usage(problem.text, hint: problem.hint)
      }
      arguments = FirstWord.first(arguments, commands)
      var command = try parseAsRoot(arguments)
      if let common = command as? any TakesCommonOptions { try common.common.apply(needsSettings: type(of: common).needsSettings) }
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      status = Ending.tell(error)
    }
    await Drivers.endSessions()
    Glibc.exit(StandardStreams.exitStatus(after: status))
  }
}
