import Fleet
import Glibc
import Manifests
import Reporting
import Synchronization

/// What environment and configuration file say; a flag goes before the environment, that before the file, and that before the default.
struct Settings: Sendable {
  var environment = Configuration()
  var file = Configuration()
  /// The file that was read; nil: none.
  var filePath: String?

  private static let held = Mutex((inForce: Settings(), next: Settings?.none))

  static var current: Settings { held.withLock { $0.inForce } }
  static func put(_ settings: Settings) { held.withLock { $0 = (settings, nil) } }

  /// For the next pass: what is under way goes on by what it began with.
  static func putForNextPass(_ settings: Settings) { held.withLock { $0.next = settings } }

  /// True if there were new ones.
  static func takeNext() -> Bool {
    held.withLock {
      guard let next = $0.next else { return false }
      $0 = (next, nil)
      return true
    }
  }

  /// What is wrong with them, as it is printed.
  struct Unusable: Error { var text: String }

  /// Reads both. `named`: the file of --config; nil: the one that RECONCILE_CONFIG names, else the default one if it is there.
  static func read(named: String?, _ environment: [String: String]) throws(Unusable) -> Settings {
    var settings = Settings()
    let (found, problems) = EnvironmentSettings.read(environment)
    if !problems.isEmpty {
      throw Unusable(text: problems.map { Message.error($0.text, hint: $0.hint) }.joined(separator: "\n"))
    }
    settings.environment = found
    guard let path = path(named: named, environment) else { return settings }
    let (configuration, diagnostics) = ConfigurationFile.load(path)
    guard !diagnostics.contains(where: { $0.severity == .error }) else {
      throw Unusable(text: DiagnosticsReport.text(diagnostics, fileCount: 1))
    }
    settings.file = configuration
    settings.filePath = path
    return settings
  }

  private static func path(named: String?, _ environment: [String: String]) -> String? {
    if let path = named ?? environment[SettingName.fileVariable] { return path.isEmpty ? nil : path }
    return access(ConfigurationFile.pathDefault, F_OK) == 0 ? ConfigurationFile.pathDefault : nil
  }

  /// The value that goes before the others.
  func value<Value>(_ flag: Value?, _ setting: KeyPath<Configuration, Value?>) -> Value? {
    flag ?? environment[keyPath: setting] ?? file[keyPath: setting]
  }
}
