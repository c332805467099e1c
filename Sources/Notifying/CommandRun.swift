import Glibc
import Subprocess

/// Runs the program of a notification; it reads the document from standard input.
struct CommandRun: Sendable {
  var words: [String]
  var input: [UInt8]
  var milliseconds: Int

  /// Nil: it ended with status 0 in time; later it is killed with its children.
  func run() async -> DeliveryTrouble? {
    guard let program = words.first else { return DeliveryTrouble("no program is named", isLasting: true) }
    guard access(program, X_OK) == 0 else {
      return DeliveryTrouble("\(program) could not be run: \(String(cString: strerror(errno)))", isLasting: true)
    }
    return await withTaskGroup(of: DeliveryTrouble?.self) { group in
      group.addTask { await Self.run(program, words, input) }
      group.addTask {
        try? await Task.sleep(for: .milliseconds(milliseconds))
        return DeliveryTrouble("\(program) did not end within \(milliseconds / 1000) s")
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  /// Between us and a program that may read nothing stands `cat`: to write into a closed pipe is no trouble of the notification.
  private static let script = #"cat | exec "$@""#

  private static func run(_ program: String, _ words: [String], _ input: [UInt8]) async -> DeliveryTrouble? {
    var options = PlatformOptions()
    // A group of its own, so that its children end with it.
    options.processGroupID = 0
    options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100))]
    do {
      let result = try await Subprocess.run(
        .name("sh"), arguments: Arguments(["-c", script, "sh"] + words), environment: environment, platformOptions: options,
        input: .array(input), output: .discarded, error: .discarded)
      switch result.terminationStatus {
      case .exited(0): return nil
      case .exited(let status): return DeliveryTrouble("\(program) ended with status \(status)")
      case .signaled(let signal): return DeliveryTrouble("\(program) was ended by signal \(signal)")
      }
    } catch {
      return DeliveryTrouble("\(program) could not be run: \(error)")
    }
  }

  /// No login of ours.
  private static var environment: Environment {
    .custom(["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"])
  }
}
