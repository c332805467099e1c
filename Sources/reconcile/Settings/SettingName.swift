import Manifests

/// What can be set by a flag, a variable of the environment or the configuration file.
enum SettingName: String, CaseIterable {
  case manifests, state, credentials, allowPaths, allowCredentialPaths, interval, objective, color, quiet, logFormat, notify

  static let variablePrefix = "RECONCILE_"
  /// Names the configuration file; empty: none is read.
  static let fileVariable = "RECONCILE_CONFIG"

  /// Nil: the environment cannot say it.
  var variable: String? {
    self == .notify ? nil : Self.variablePrefix + Self.words(rawValue).joined(separator: "_").uppercased()
  }

  /// Nil: no flag says it.
  var flag: String? {
    switch self {
    case .notify: nil
    case .allowPaths: "--allow-path"
    default: "--" + Self.words(rawValue).joined(separator: "-")
    }
  }

  private static func words(_ name: String) -> [String] {
    var words = [""]
    for letter in name {
      if letter.isUppercase { words.append("") }
      words[words.count - 1] += letter.lowercased()
    }
    return words
  }
}
