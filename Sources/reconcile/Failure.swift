import ArgumentParser
import Reconciler
import Reporting

/// Prints why a command ends and gives the exit status for it.
enum Failure {
  /// Nothing was done: exit 4, or 0 if the person asked said no.
  static func refused(_ error: any Error) -> ExitCode {
    if error is ExitCode { return error as? ExitCode ?? .failure }
    if let refusal = error as? Refusal, refusal == .declined {
      StandardStreams.printError("nothing was done")
      return ExitCode(0)
    }
    StandardStreams.printError(text(error))
    return ExitCode(4)
  }

  static func usage(_ text: String, hint: String) -> ExitCode {
    StandardStreams.printError(Message.error(text, hint: hint))
    return ExitCode(64)
  }

  /// As it is printed.
  static func text(_ error: any Error) -> String { Message.block("error: \(error)") }
}
