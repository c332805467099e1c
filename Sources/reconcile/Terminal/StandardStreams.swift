import Glibc

/// The three standard descriptors, made safe to write to.
enum StandardStreams {
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

  static func print(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: 1) }
  static func printError(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: 2) }
  /// Without a line end, for drawing.
  static func draw(_ text: String) { write(text, to: 1) }

  /// What cannot be written is dropped: nobody listens, and what runs must go on.
  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let written = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if written > 0 { offset += written } else if written < 0, errno == EINTR { continue } else { return }
      }
    }
  }
}
