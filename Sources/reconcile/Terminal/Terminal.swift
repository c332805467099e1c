import Glibc
import Reporting

/// What standard output is.
enum Terminal {
  static let widthWithoutTerminal = 120

  static var isInteractive: Bool { isatty(1) == 1 }
  static var canAsk: Bool { isatty(0) == 1 && isatty(1) == 1 }

  /// Colour only for people, and only if they did not ask for none (https://no-color.org).
  static var wantsColour: Bool {
    guard isInteractive, environment("TERM") != "dumb" else { return false }
    return environment("NO_COLOR").map(\.isEmpty) ?? true
  }

  static var speaksUnicode: Bool {
    let locale = environment("LC_ALL") ?? environment("LC_CTYPE") ?? environment("LANG") ?? ""
    return !isInteractive || locale.lowercased().contains("utf")
  }

  static var width: Int {
    var size = winsize()
    guard isInteractive, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return widthWithoutTerminal }
    return Int(size.ws_col)
  }

  static var style: TextStyle { TextStyle(color: wantsColour, width: width, unicode: speaksUnicode) }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Asks a question that only `y` or `yes` answers with yes.
  static func asksYes(_ question: String) -> Bool {
    StandardStreams.draw("\(question) [y/N] ")
    guard let answer = readLine() else { return false }
    return ["y", "yes"].contains(answer.lowercased())
  }
}
