import Glibc
import Reporting
import Synchronization

/// The three standard descriptors, made safe to write to; the one way to a terminal, so that no line is written into what is drawn there.
enum StandardStreams {
  /// Whether a write to standard output failed, other than for want of a reader.
  private static let outputFailed = Atomic<Bool>(false)

  /// Opens closed standard descriptors on /dev/null, so that no database is ever opened under number 1 and printed into, and makes a closed
  /// pipe an error of the write instead of the death of a run.
  static func prepare() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      let opened = open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
      if opened != descriptor, opened >= 0 {
        dup2(opened, descriptor)
        close(opened)
      }
    }
    signal(SIGPIPE, SIG_IGN)
  }

  static func print(_ text: String) { put(ended(text), 1) }
  /// `priority`: for systemd's journal; nil: as its first words say.
  static func printError(_ text: String, priority: Int? = nil) {
    put(JournalStream.isBehind(2) ? JournalStream.lines(text, priority: priority ?? JournalStream.priority(of: text)) : ended(text), 2)
  }
  /// A line of a log, with its priority where the journal reads it.
  static func printLog(_ line: String, priority: Int) {
    put(JournalStream.isBehind(1) ? JournalStream.lines(line, priority: priority) : ended(line), 1)
  }
  static func printNote(_ text: String) { if !Terminal.isQuiet { printError(Message.note(text)) } }
  /// Only with `--verbose`.
  static func printDetail(_ text: String) { if Terminal.isVerbose { printError(Message.note(text)) } }
  /// Without a line end.
  static func draw(_ text: String) { put(text, 1) }
  /// A report, page by page if it is longer than the terminal.
  static func show(_ text: String) { if !Pager.show(ended(text)) { print(text) } }

  private static func ended(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }

  // MARK: what is drawn below all else

  private struct Below {
    var lines: [String] = []
    var descriptor: Int32 = 1

    var drawn: String { lines.map { $0 + "\n" }.joined() }
    /// Up over what was drawn, and everything below cleared; as the terminal is now, a narrower one has broken its lines.
    var erasure: String {
      guard !lines.isEmpty else { return "" }
      let width = Terminal.columns(of: descriptor)
      return "\r\u{1b}[\(lines.reduce(0) { $0 + ScreenText.rows(of: $1, width: width ?? TextStyle.unwrapped) })A\u{1b}[J"
    }
  }

  private static let below = Mutex(Below())

  /// Draws lines below whatever is printed from now on, in place of those that are drawn there; none takes them away. For terminals.
  static func keepBelow(_ lines: [String], on descriptor: Int32 = 1) {
    below.withLock { below in
      guard !below.lines.isEmpty || !lines.isEmpty else { return }
      let old = below
      below = Below(lines: lines, descriptor: descriptor)
      if old.descriptor == descriptor {
        send(old.erasure + below.drawn, descriptor)
      } else {
        send(old.erasure, old.descriptor)
        send(below.drawn, descriptor)
      }
    }
  }

  /// A reader that is slow to take what a pipe carries holds up nobody who writes to the terminal.
  private static func put(_ text: String, _ descriptor: Int32) {
    guard isatty(descriptor) == 1 else { return send(text, descriptor) }
    below.withLock { below in
      guard !below.lines.isEmpty else { return send(text, descriptor) }
      send(below.erasure, below.descriptor)
      send(text, descriptor)
      send(below.drawn, below.descriptor)
    }
  }

  // MARK: writing

  /// What the process ends with: a report that is lost is never a success, whatever was done.
  static func exitStatus(after status: Int32) -> Int32 {
    guard outputFailed.load(ordering: .acquiring) else { return status }
    let higher = [Reporting.ExitCode.usage, .manifestsInvalid].map(\.rawValue)
    return higher.contains(status) ? status : Reporting.ExitCode.refused.rawValue
  }

  /// What cannot be written is dropped, since what runs must go on; but of standard output it is said, once, and shows in the exit status.
  /// Of a reader that went away (`| head`) nothing is said: it has what it wanted.
  private static func send(_ text: String, _ descriptor: Int32) {
    guard let problem = write(text, to: descriptor), descriptor == 1, problem != EPIPE else { return }
    guard !outputFailed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let words = Message.error(
      "standard output cannot be written: \(String(cString: strerror(problem)))",
      hint: "what was printed is lost in part; 'reconcile status' and 'reconcile history' show what was done")
    _ = write(ended(words), to: 2)
  }

  /// The error of the write that failed, if one did.
  static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var text = CommandFree.text(text)
    return text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let written = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if written > 0 {
          offset += written
          continue
        }
        switch errno {
        case EINTR: continue
        // A pipe that another process made non-blocking is full for the moment.
        case EAGAIN where hasRoomInTime(descriptor): continue
        case let problem: return problem
        }
      }
      return nil
    }
  }

  /// How long a reader may pause before what is printed is given up: what runs must go on.
  private static let roomMillisecondsMax: Int32 = 30_000

  /// A reader that was waited for in vain once is not waited for again.
  private static func hasRoomInTime(_ descriptor: Int32) -> Bool {
    var waited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&waited, 1, outputFailed.load(ordering: .acquiring) ? 0 : roomMillisecondsMax) > 0
  }
}
