import ArgumentParser
import Dispatch
import Glibc
import Reporting

/// A status that is drawn anew in place, on the terminal's other screen: what was on the terminal before is there again at the end.
struct LiveStatus {
  static let secondsUsual = 2
  static let secondsMax = 3600
  /// Of a terminal that is resized while it is drawn on.
  static let eventsMax = 64

  /// What is shown, for a terminal of any size.
  typealias Page = @Sendable (TextStyle) -> String

  private enum Event: Sendable {
    case due
    case read(Page)
    case resized
    case signal(Int32)
  }

  let seconds: Int
  let read: @Sendable () async -> Page

  /// Until a signal comes; throws the exit status for it, as shells have it.
  func run() async throws {
    let (events, sender) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(Self.eventsMax))
    let ends = [SIGINT, SIGTERM, SIGHUP].map { number in Signals.source(number) { sender.yield(.signal(number)) } }
    let resize = Signals.source(SIGWINCH) { sender.yield(.resized) }
    let ticker = Task {
      while !Task.isCancelled {
        sender.yield(.due)
        try? await Task.sleep(for: .seconds(seconds))
      }
    }
    StandardStreams.draw("\u{1b}[?1049h\u{1b}[?25l")
    defer {
      ticker.cancel()
      StandardStreams.draw("\u{1b}[?25h\u{1b}[?1049l")
      withExtendedLifetime((ends, resize)) {}
    }
    var page: Page?
    var isReading = false
    for await event in events {
      switch event {
      case .due:
        // What takes longer than the interval is not asked for twice.
        if isReading { continue }
        isReading = true
        Task { sender.yield(.read(await read())) }
      case .read(let new):
        isReading = false
        page = new
        draw(new)
      case .resized: if let page { draw(page) }
      case .signal(let number): throw ExitCode(128 + number)
      }
    }
  }

  private func draw(_ page: Page) {
    let (width, height) = (Terminal.width, Terminal.height ?? 24)
    let style = Terminal.style
    var (lines, left) = ScreenText.fitting(page(style), rows: height - 1, width: width)
    let foot = left == 0 ? "" : "\(CountFormat.text(left, "line")) more: a larger window shows them. "
    let words = "\(foot)Drawn anew every \(DurationFormat.text(seconds: seconds)); Ctrl-C ends it."
    lines.append(ScreenText.cut(words, to: width - 1, style))
    StandardStreams.draw("\u{1b}[H" + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J")
  }
}
