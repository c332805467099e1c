import Fleet
import Manifests

/// The settings that `RECONCILE_…` variables give.
enum EnvironmentSettings {
  /// What is wrong with a variable; nothing is guessed.
  struct Problem: Equatable {
    var text: String
    var hint: String
  }

  /// `environment`: all variables. Empty ones give nothing.
  static func read(_ environment: [String: String]) -> (configuration: Configuration, problems: [Problem]) {
    var configuration = Configuration()
    var problems: [Problem] = []
    for name in SettingName.allCases {
      guard let variable = name.variable, let text = environment[variable], !text.isEmpty else { continue }
      guard let must = take(text, for: name, into: &configuration) else { continue }
      problems.append(Problem(text: "\(variable) is '\(text)'; it must be \(must)", hint: "mend it, or unset \(variable)"))
    }
    return (configuration, problems)
  }

  /// Variables that begin as ours do and are none, each with the nearest that is one.
  static func unknown(_ environment: [String: String]) -> [(name: String, nearest: String?)] {
    let known = SettingName.allCases.compactMap(\.variable) + [SettingName.fileVariable, Pager.variable]
    return environment.keys.filter {
      $0.hasPrefix(SettingName.variablePrefix) && !$0.hasPrefix(ManifestTrust.variablePrefix) && !known.contains($0)
    }.sorted().map { ($0, NearestName.of($0, in: known)) }
  }

  /// What the text ought to be, if it is not that.
  private static func take(_ text: String, for name: SettingName, into configuration: inout Configuration) -> String? {
    switch name {
    case .manifests: configuration.manifests = text
    case .state: configuration.state = text
    case .credentials: configuration.credentials = text
    case .allowPaths: configuration.allowPaths = text.split(separator: ":").map(String.init)
    case .allowCredentialPaths: return take(flag(text), into: &configuration.allowCredentialPaths, must: "true or false")
    case .quiet: return take(flag(text), into: &configuration.quiet, must: "true or false")
    case .interval:
      let milliseconds = Interval(argument: text).map { $0.seconds * 1000 }.flatMap {
        Configuration.intervalMilliseconds.contains($0) ? $0 : nil
      }
      return take(milliseconds, into: &configuration.intervalMilliseconds, must: "from 1s to 24h, such as 60s or 5m")
    case .objective: return take(Objective(rawValue: text), into: &configuration.objective, must: words(Objective.self))
    case .color: return take(Configuration.Colour(rawValue: text), into: &configuration.color, must: words(Configuration.Colour.self))
    case .logFormat:
      return take(Configuration.LogFormat(rawValue: text), into: &configuration.logFormat, must: words(Configuration.LogFormat.self))
    case .notify: break
    }
    return nil
  }

  private static func take<Value>(_ value: Value?, into setting: inout Value?, must: String) -> String? {
    setting = value
    return value == nil ? must : nil
  }

  private static func flag(_ text: String) -> Bool? { ["true": true, "1": true, "false": false, "0": false][text] }

  private static func words<Value: CaseIterable & RawRepresentable<String>>(_ type: Value.Type) -> String {
    type.allCases.map(\.rawValue).joined(separator: " or ")
  }
}
