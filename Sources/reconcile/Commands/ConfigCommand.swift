import ArgumentParser
import Manifests
import Reporting

struct ConfigCommand: ParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Print every setting in force and where it comes from.",
    discussion: """
      A flag goes before a variable of the environment, that before the configuration file (--config, else $RECONCILE_CONFIG, else \
      \(ConfigurationFile.pathDefault) if it is there), and that before the default. RECONCILE_CONFIG= (empty) reads no file. \
      'reconcile schema config' prints the file's JSON Schema for editors.
      """)

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions
  @OptionGroup var planning: PlanningOptions

  @Option(help: ArgumentHelp("From the start of one pass to the start of the next.", valueName: "time"))
  var interval: Interval?

  @Option(name: .customLong("log-format"), help: "How 'watch' prints: text or json.")
  var logFormat: Configuration.LogFormat?

  @Option(name: .shortAndLong, help: "How to print: text or json.")
  var output = TextOrJSON.text

  func run() {
    let settings = Settings.current
    let values = SettingsInForce(flags: flags, settings: settings).values
    switch output {
    case .json: StandardStreams.print(SettingsReport.json(values, file: settings.filePath))
    case .text: StandardStreams.print(SettingsReport.text(values, file: settings.filePath, style: Terminal.style))
    }
    for (name, nearest) in EnvironmentSettings.unknown(Settings.processEnvironment) {
      let hint = nearest.map { "did you mean \($0)?" } ?? "'reconcile config' lists what is read"
      StandardStreams.printError(Message.warning("\(name) is no setting: nothing reads it", hint: hint))
    }
  }

  /// What was given on this command line.
  private var flags: Configuration {
    var flags = Configuration()
    flags.manifests = fleet.givenManifests
    flags.state = fleet.database.givenState
    flags.credentials = fleet.trust.credentials
    flags.allowPaths = fleet.trust.allowPath.isEmpty ? nil : fleet.trust.allowPath
    flags.allowCredentialPaths = fleet.trust.allowCredentialPaths ? true : nil
    flags.intervalMilliseconds = interval?.milliseconds
    flags.objective = planning.objective
    flags.color = common.color
    flags.quiet = common.quiet ? true : nil
    flags.logFormat = logFormat
    return flags
  }
}
