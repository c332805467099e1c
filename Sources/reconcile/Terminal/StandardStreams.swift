import Glibc
import Reporting
import Synchronization

/// The three standard descriptors, made safe to write to.
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

  static func print(_ text: String) { writeOutput(text.hasSuffix("\n") ? text : text + "\n") }
  /// `priority`: for systemd's journal; nil: as its first words say.
  static func printError(_ text: String, priority: Int? = nil) {
    if JournalStream.isBehind(2) {
      _ = write(JournalStream.lines(text, priority: priority ?? JournalStream.priority(of: text)), to: 2)
    } else {
      _ = write(text.hasSuffix("\n") ? text : text + "\n", to: 2)
    }
  }
  /// A line of a log, with its priority where the journal reads it.
  static func printLog(_ line: String, priority: Int) {
    writeOutput(JournalStream.isBehind(1) ? JournalStream.lines(line, priority: priority) : line)
  }
  static func printNote(_ text: String) { if !Terminal.isQuiet { printError(Message.note(text)) } }
  /// Without a line end, for drawing.
  static func draw(_ text: String) { writeOutput(text) }

  /// What the process ends with: a report that is lost is never a success, whatever was done.
  static func exitStatus(after status: Int32) -> Int32 {
    guard outputFailed.load(ordering: .acquiring) else { return status }
    let higher = [Reporting.ExitCode.usage, .manifestsInvalid].map(\.rawValue)
    return higher.contains(status) ? status : Reporting.ExitCode.refused.rawValue
  }

  /// What cannot be written is dropped, since what runs must go on; but it is said, once, and shows in the exit status. Of a reader that
  /// went away (`| head`) nothing is said: it has what it wanted.
  private static func writeOutput(_ text: String) {
    guard let problem = write(text, to: 1), problem != EPIPE else { return }
    guard !outputFailed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    printError(
      Message.error(
        "standard output cannot be written: \(String(cString: strerror(problem)))",
        hint: "what was printed is lost in part; 'reconcile status' and 'reconcile history' show what was done"))
  }

  /// The error of the write that failed, if one did.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
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
