import ArgumentParser
import Glibc
import Manifests
import Reporting

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Option(name: [.customShort("C"), .customLong("directory")], help: ArgumentHelp("Go to this folder first.", valueName: "folder"))
  var directory: String?

  @Option(
    help: ArgumentHelp(
      "File of settings (default: $RECONCILE_CONFIG, else \(ConfigurationFile.pathDefault) if it is there).", valueName: "file"))
  var config: String?

  @Option(help: "Colour the output: auto (the default: on a terminal, unless NO_COLOR or CLICOLOR=0 says no), always or never.")
  var color: Configuration.Colour?

  @Flag(name: .shortAndLong, help: "No notes and no progress: only plans, outcomes, questions, warnings and errors.")
  var quiet = false

  @Flag(
    name: .shortAndLong,
    help: "Also say, on standard error, which manifests and database are read, which hosts are asked, and after how long each answered.")
  var verbose = false

  @Flag(
    name: .customLong("no-pager"),
    help: "Print a report that is longer than the terminal as it is (else: $RECONCILE_PAGER, $PAGER or 'less -FRX').")
  var noPager = false

  func validate() throws { if quiet, verbose { throw ValidationError("--quiet and --verbose cannot both be had.") } }

  /// Before anything is read or written. `needsSettings`: it does not go on without them.
  func apply(needsSettings: Bool) throws {
    if let directory, chdir(directory) != 0 {
      throw Failure.usage("\(directory): \(String(cString: strerror(errno)))", hint: "-C takes a folder that is there")
    }
    take(color ?? .auto, isQuiet: quiet)
    guard needsSettings else { return }
    do throws(Settings.Unusable) {
      Settings.put(try readSettings())
    } catch {
      StandardStreams.printError(error.text)
      throw ExitCode(Reporting.ExitCode.usage.rawValue)
    }
    heedSettings()
  }

  func readSettings() throws(Settings.Unusable) -> Settings {
    try Settings.read(named: config, Settings.processEnvironment)
  }

  /// Of those in force what the terminal goes by.
  func heedSettings() {
    let settings = Settings.current
    // Who asks for more gets it, whatever the file says of less.
    take(settings.value(color, \.color) ?? .auto, isQuiet: settings.value(quiet ? true : verbose ? false : nil, \.quiet) ?? false)
  }

  private func take(_ color: Configuration.Colour, isQuiet: Bool) {
    Terminal.take(Terminal.Wishes(color: color, isQuiet: isQuiet, isVerbose: verbose, wantsPager: !noPager))
  }
}

/// A command that takes them.
protocol TakesCommonOptions: ParsableCommand {
  var common: CommonOptions { get }
  /// False: settings that cannot be used do not stop it.
  static var needsSettings: Bool { get }
}

extension TakesCommonOptions {
  static var needsSettings: Bool { true }
}

extension Configuration.Colour: ExpressibleByArgument {}
extension Configuration.LogFormat: ExpressibleByArgument {}
