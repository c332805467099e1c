import Glibc
import Subprocess
import Synchronization

/// Runs git so that nothing in the folder it looks at, nor in anybody's configuration, chooses a program to run.
///
/// Only commands that read objects are asked (rev-parse, rev-list, ls-tree), of the repository that is named: no search for one that a
/// folder may hold (safe.bareRepository), no index and no work tree, so neither filters nor fsmonitor, nor hooks, nor signatures.
struct GitCommand: Sendable {
  /// How much of an answer is read.
  static let outputBytesMax = 64 << 20
  static let deadlineMilliseconds = 10_000

  enum Answer: Sendable, Equatable {
    case output([UInt8])
    /// git ended with an error, or there is no git.
    case refused
    /// It did not end in time.
    case silent
  }

  /// The folder's or file's path that `--git-dir` takes.
  let gitFolder: String
  let workTree: String

  private static let settings = [
    "safe.bareRepository=explicit", "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null", "core.sshCommand=false", "core.askPass=false", "credential.helper=", "log.showSignature=false",
    "gpg.program=false", "gpg.ssh.program=false", "gpg.x509.program=false", "protocol.allow=never", "core.quotePath=false",
  ]

  /// Nothing but the path to git: no token of ours, no GIT_DIR of whoever started us.
  private static var environment: Environment {
    .custom([
      "PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nonexistent",
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ATTR_NOSYSTEM": "1",
      "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none",
      "GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1", "GIT_CEILING_DIRECTORIES": "/",
    ])
  }

  /// What git answers within the deadline; later it is killed with its children, and nobody waits for it.
  func ask(_ arguments: [String]) async -> Answer {
    let all =
      ["-C", workTree, "--no-pager", "--no-replace-objects", "--git-dir=\(gitFolder)", "--work-tree=\(workTree)"]
      + Self.settings.flatMap { ["-c", $0] } + arguments
    return await withCheckedContinuation { continuation in
      let once = Once(continuation)
      let child = Task.detached { once.give(await Self.run(all)) }
      Task.detached {
        try? await Task.sleep(for: .milliseconds(Self.deadlineMilliseconds))
        once.give(.silent)
        child.cancel()
      }
    }
  }

  private static func run(_ arguments: [String]) async -> Answer {
    var options = PlatformOptions()
    // A group of its own, so that its children end with it.
    options.processGroupID = 0
    options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))]
    do {
      let result = try await Subprocess.run(
        .name("git"), arguments: Arguments(arguments), environment: environment, platformOptions: options,
        output: .bytes(limit: outputBytesMax), error: .discarded)
      return result.terminationStatus.isSuccess ? .output(result.standardOutput) : .refused
    } catch {
      return .refused
    }
  }

  /// A continuation that the first to come resumes.
  private final class Once: Sendable {
    private let waiting: Mutex<CheckedContinuation<Answer, Never>?>
    init(_ continuation: CheckedContinuation<Answer, Never>) { waiting = Mutex(continuation) }

    func give(_ answer: Answer) {
      let continuation = waiting.withLock { slot in
        defer { slot = nil }
        return slot
      }
      continuation?.resume(returning: answer)
    }
  }
}
