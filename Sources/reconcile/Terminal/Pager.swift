import Glibc
import Reporting

/// Reports that are longer than the terminal go through a pager, as with git.
enum Pager {
  static let variable = "RECONCILE_PAGER"
  static let usual = "less -FRX"
  private static let notFound: Int32 = 127

  /// False: the text is to be printed, for it fits, or nobody wants a pager, or there is none.
  static func show(_ text: String) -> Bool {
    guard Terminal.isInteractive, Terminal.redraws, Terminal.wantsPager, let height = Terminal.height,
      let width = Terminal.columns(of: 1), ScreenText.rows(ofText: text, width: width) >= height, let command
    else { return false }
    // Without them less shows colours as what they are made of.
    setenv("LESS", "FRX", 0)
    guard let pipe = popen(command, "w") else { return false }
    // Ctrl-C is for the pager alone.
    let before = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, before) }
    // Whoever leaves it early has read enough.
    _ = StandardStreams.write(text, to: fileno(pipe))
    let status = pclose(pipe)
    return (status >> 8) & 0xff != notFound || status & 0x7f != 0
  }

  /// Nil: none is wanted, or the usual one is not there.
  private static var command: String? {
    let named = Terminal.environment(variable) ?? Terminal.environment("PAGER")
    guard let named else { return isThere("less") ? usual : nil }
    return named.isEmpty || named == "cat" ? nil : named
  }

  private static func isThere(_ program: String) -> Bool {
    (Terminal.environment("PATH") ?? "/usr/bin:/bin").split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }
}
