import Glibc
import Manifests
import Reporting
import Synchronization

/// What standard output is, and how its reader wants it.
enum Terminal {
  struct Wishes {
    var color = Configuration.Colour.auto
    var isQuiet = false
    var isVerbose = false
    var wantsPager = true
  }

  private static let asked = Mutex(Wishes())

  static func take(_ wishes: Wishes) { asked.withLock { $0 = wishes } }

  /// Neither notes nor progress are wanted.
  static var isQuiet: Bool { asked.withLock { $0.isQuiet } }
  static var isVerbose: Bool { asked.withLock { $0.isVerbose } }
  static var wantsPager: Bool { asked.withLock { $0.wantsPager } }

  static var isInteractive: Bool { isatty(1) == 1 }
  /// What was written can be erased again.
  static var redraws: Bool { environment("TERM").map { $0 != "dumb" && !$0.isEmpty } ?? false }
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

  // MARK: size

  /// Of a terminal that does not say.
  static let widthUsual = 80

  /// What `COLUMNS` says, else what the terminal does, else as wide as lines are: a pipe breaks none.
  static var width: Int { number("COLUMNS") ?? columns(of: 1) ?? (isInteractive ? widthUsual : TextStyle.unwrapped) }
  /// Rows; nil: it is no terminal, or does not say.
  static var height: Int? { number("LINES") ?? size(of: 1).map { Int($0.ws_row) }.flatMap { $0 > 0 ? $0 : nil } }

  /// Nil: it is no terminal, or does not say.
  static func columns(of descriptor: Int32) -> Int? { size(of: descriptor).map { Int($0.ws_col) }.flatMap { $0 > 0 ? $0 : nil } }

  private static func size(of descriptor: Int32) -> winsize? {
    var size = winsize()
    return isatty(descriptor) == 1 && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }

  private static func number(_ name: String) -> Int? { environment(name).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }

  static var style: TextStyle { TextStyle(color: wantsColour, width: width, unicode: speaksUnicode) }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Asks a question that only `y` or `yes` answers with yes.
  static func asksYes(_ question: String) -> Bool {
    StandardStreams.draw("\(question) [y/N] ")
    guard let answer = readLine() else { return false }
    return ["y", "yes"].contains(answer.lowercased())
  }
}
