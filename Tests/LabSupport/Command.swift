import Foundation
import Glibc

/// A program that was run: how it ended and what it said.
package struct Ended: Sendable, CustomStringConvertible {
  /// Exit status; a program killed by a signal has that signal, negative.
  package var status: Int32
  package var output: String
  package var errors: String
  package var description: String { "exit \(status)\n\(output)\(errors)" }
}

/// A started program, in a process group of its own. Its output goes to files, so it can be read while the program runs, and nothing it leaves
/// behind can hold a pipe open.
///
/// Not Foundation's `Process`: that hands its thread's signal mask down, and with it daemons that no signal but SIGKILL ends.
package final class Running: @unchecked Sendable {
  // Unchecked: `status` is only touched under `lock`, the rest never changes.
  package let pid: Int32
  private let folder: URL
  private let what: String
  private let lock = NSLock()
  private var status: Int32?

  package init(_ program: String, _ arguments: [String], in directory: String? = nil, environment: [String: String]? = nil) throws {
    what = ([program] + arguments).joined(separator: " ")
    folder = FileManager.default.temporaryDirectory.appending(path: "reconcile-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    pid = try Self.spawn(
      ["/usr/bin/env", "--chdir=\(directory ?? "/")", program] + arguments, environment ?? ProcessInfo.processInfo.environment,
      output: folder.appending(path: "output").path, errors: folder.appending(path: "errors").path)
  }

  deinit {
    if isRunning { end() }
    try? FileManager.default.removeItem(at: folder)
  }

  package var output: String { text("output") }
  package var errors: String { text("errors") }

  package var isRunning: Bool {
    lock.withLock {
      if status != nil { return false }
      var raw: Int32 = 0
      guard waitpid(pid, &raw, WNOHANG) == pid else { return true }
      status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : -(raw & 0x7f)
      return false
    }
  }

  /// Sends the program, not what it started, a signal; nothing if it has ended.
  package func kill(_ signal: Int32) {
    if isRunning { Glibc.kill(pid, signal) }
  }

  /// Waits for the end. Past the deadline it is killed with all that it started in its group, and an error thrown.
  package func wait(within limit: Duration) async throws -> Ended {
    let deadline = ContinuousClock.now + limit
    while isRunning {
      if ContinuousClock.now > deadline {
        let doing = threads
        end()
        throw LabError("no end within \(limit): \(what)\n\(output)\(errors)\(doing)")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    return Ended(status: lock.withLock { status ?? 0 }, output: output, errors: errors)
  }

  /// What the program's threads wait for, to see why it does not end; with their stacks where gdb is installed.
  private var threads: String {
    let script = """
      for t in /proc/$1/task/*; do echo "$(cat $t/comm) $(cat $t/wchan) $(cut -d' ' -f1-4 $t/syscall)"; done
      command -v gdb >/dev/null && timeout 60 gdb -p $1 -batch -ex 'thread apply all bt 14'
      """
    guard let look = try? Running("/bin/sh", ["-c", script, "sh", "\(pid)"]) else { return "" }
    while look.isRunning { usleep(10_000) }
    return look.output
  }

  private func end() {
    Glibc.kill(-pid, SIGKILL)
    while isRunning { usleep(1000) }
  }

  private func text(_ name: String) -> String {
    String(decoding: (try? Data(contentsOf: folder.appending(path: name))) ?? Data(), as: UTF8.self)
  }

  private static func spawn(
    _ arguments: [String], _ environment: [String: String], output: String, errors: String
  ) throws -> Int32 {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&files, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    var words = arguments.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, arguments[0], &files, &attributes, &words, &variables)
    guard failure == 0 else { throw LabError("\(arguments[0]): \(String(cString: strerror(failure)))") }
    return pid
  }
}

/// What the lab could not do for a test.
package struct LabError: Error, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
