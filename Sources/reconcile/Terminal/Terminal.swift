import Glibc
import Manifests
import Reporting
import Synchronization

/// What standard output is, and how its reader wants it.
enum Terminal {
  private static let asked = Mutex<(color: Configuration.Colour, isQuiet: Bool)>((.auto, false))

  static func take(color: Configuration.Colour, isQuiet: Bool) { asked.withLock { $0 = (color, isQuiet) } }

  /// Neither notes nor progress are wanted.
  static var isQuiet: Bool { asked.withLock { $0.isQuiet } }

  static let widthWithoutTerminal = 120

  static var isInteractive: Bool { isatty(1) == 1 }
  /// Which of the two ends of a question and its answer is no terminal.
  static var notATerminal: String? {
    if isatty(0) != 1 { return "standard input" }
    return isInteractive ? nil : "standard output"
  }

  /// Colour only for people, and only if they did not ask for none (https://no-color.org, https://bixense.com/clicolors).
  static var wantsColour: Bool {
    switch asked.withLock({ $0.color }) {
    case .always: return true
    case .never: return false
    case .auto: break
    }
    if let unwanted = environment("NO_COLOR"), !unwanted.isEmpty { return false }
    if let forced = environment("CLICOLOR_FORCE"), !forced.isEmpty, forced != "0" { return true }
    return isInteractive && environment("TERM") != "dumb" && environment("CLICOLOR") != "0"
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
