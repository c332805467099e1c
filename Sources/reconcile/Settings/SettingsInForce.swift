import Fleet
import Manifests
import Reporting

/// Every setting with its value and where that comes from.
struct SettingsInForce {
  var flags: Configuration
  var settings: Settings

  var values: [SettingsReport.Value] {
    SettingName.allCases.map { name in
      let sources = [(flags, name.flag), (settings.environment, name.variable), (settings.file, place(name))]
      for (configuration, origin) in sources {
        if let text = configuration.text(name) {
          return SettingsReport.Value(name: name.rawValue, value: text, origin: origin ?? "", variable: name.variable, flag: name.flag)
        }
      }
      return SettingsReport.Value(
        name: name.rawValue, value: standard(name), origin: "default", variable: name.variable, flag: name.flag)
    }
  }

  private func place(_ name: SettingName) -> String? {
    settings.file.places[name.rawValue].map { "\($0.path):\($0.line)" }
  }

  /// What holds where nothing is said; nil: nothing is set.
  private func standard(_ name: SettingName) -> String? {
    switch name {
    case .manifests: Configuration.manifestsDefault
    case .state: Configuration.stateDefault
    case .credentials: Terminal.environment("CREDENTIALS_DIRECTORY") ?? ManifestTrust.credentialsFolderDefault
    case .interval: "\(Configuration.intervalMillisecondsDefault / 1000)s"
    case .objective: Objective.moves.rawValue
    case .color: Configuration.Colour.auto.rawValue
    case .logFormat: Configuration.LogFormat.text.rawValue
    case .allowCredentialPaths, .quiet: "false"
    case .allowPaths, .notify: nil
    }
  }
}

extension Configuration {
  /// As it is shown; nil: it is not given here.
  fileprivate func text(_ name: SettingName) -> String? {
    switch name {
    case .manifests: manifests
    case .state: state
    case .credentials: credentials
    case .allowPaths: allowPaths?.joined(separator: ":")
    case .allowCredentialPaths: allowCredentialPaths.map { "\($0)" }
    case .interval: intervalMilliseconds.map { $0 % 1000 == 0 ? "\($0 / 1000)s" : "\($0)ms" }
    case .objective: objective?.rawValue
    case .color: color?.rawValue
    case .quiet: quiet.map { "\($0)" }
    case .logFormat: logFormat?.rawValue
    // Where it is told, never the address itself.
    case .notify: notify.map { $0.map { "\($0.name) (\($0.kind.rawValue))" }.joined(separator: ", ") }
    }
  }
}
