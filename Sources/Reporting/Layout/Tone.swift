/// What a piece of text means; its colour follows from that.
enum Tone: Sendable {
  case plain, strong, quiet, good, warning, bad, accent

  /// SGR parameters (ECMA-48).
  var code: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .quiet: "2"
    case .good: "32"
    case .warning: "33"
    case .bad: "1;31"
    case .accent: "36"
    }
  }
}
