import Foundation

/// Runs the program under a shell, on a terminal of its own in place of the one that tests have none of.
struct PretendTerminal {
  /// What is done once a text has been shown since the last step.
  struct Step: Encodable {
    var after: String
    /// Typed; `\u{3}` is Ctrl-C.
    var type: String?
    /// Rows and columns.
    var resize: [Int]?
    var signal: Int?
  }

  /// Of one step, and of the end.
  static let secondsMax = 60

  let program: ReconcileProgram
  var kind = "xterm"
  var rows = 24
  var columns = 80
  var environment: [String: String] = [:]

  init(_ program: ReconcileProgram, kind: String = "xterm", rows: Int = 24, columns: Int = 80, environment: [String: String] = [:]) {
    (self.program, self.kind, self.rows, self.columns, self.environment) = (program, kind, rows, columns, environment)
  }

  private static let script = """
    import fcntl, json, os, pty, select, signal, struct, sys, termios, time
    command, steps, rows, columns, seconds = sys.argv[1], json.loads(sys.argv[2]), *map(int, sys.argv[3:])
    size = lambda rows, columns: struct.pack("HHHH", rows, columns, 0, 0)
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, size(rows, columns))
        os.execv("/bin/bash", ["bash", "-c", command])
    since, deadline = b"", time.monotonic() + seconds
    while True:
        if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
            sys.stdout.write(f"\\nNOTHING MORE CAME, waiting for {steps[:1]}")
            os.kill(child, signal.SIGKILL)
            break
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        sys.stdout.buffer.write(data)
        since += data
        while steps and steps[0]["after"].encode() in since:
            step, since, deadline = steps.pop(0), b"", time.monotonic() + seconds
            if "resize" in step:
                fcntl.ioctl(terminal, termios.TIOCSWINSZ, size(*step["resize"]))
            if "signal" in step:
                os.kill(child, step["signal"])
            if "type" in step:
                os.write(terminal, step["type"].encode())
    sys.stdout.flush()
    status = os.waitpid(child, 0)[1]
    sys.exit(os.waitstatus_to_exitcode(status) & 0xff)
    """

  /// The shell's exit status, and all that was written to the terminal.
  func run(_ command: String, _ steps: [Step] = []) throws -> (status: Int, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    let command = command.replacing(/\breconcile\b/, with: ReconcileProgram.executable.path, maxReplacements: 1)
    let todo = String(decoding: try JSONEncoder().encode(steps), as: UTF8.self)
    process.arguments = ["-c", Self.script, command, todo, "\(rows)", "\(columns)", "\(Self.secondsMax)"]
    process.currentDirectoryURL = program.folder
    let base = ["PATH": "/usr/bin:/bin", "HOME": program.folder.path, "LANG": "C.UTF-8", "TERM": kind]
    process.environment = base.merging(environment) { $1 }
    let output = Pipe()
    (process.standardInput, process.standardOutput, process.standardError) = (FileHandle.nullDevice, output, output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (Int(process.terminationStatus), text)
  }
}
