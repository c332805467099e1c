import FoundationEssentials

extension Settings {
  static var processEnvironment: [String: String] { ProcessInfo.processInfo.environment }
}
