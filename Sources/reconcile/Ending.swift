import ArgumentParser
import Manifests

/// What is said at the end of a command that was not carried out as it was typed, or that has an exit status to give.
enum Ending {
  /// Options that take a guard away. A slip of the finger is never answered with one of them.
  static let neverSuggested: Set = ["--yes", "--take-over", "--allow-credential-paths", "--allow-path", "--max-moves"]

  /// Prints it and returns the exit status.
  static func tell(_ error: any Error) -> Int32 {
    let status = Reconcile.exitCode(for: error).rawValue
    let text = Reconcile.fullMessage(for: error)
    guard !text.isEmpty else { return status }
    if status == 0 { StandardStreams.print(text) } else { StandardStreams.printError(withoutDangerousSuggestion(text)) }
    return status
  }

  /// The argument parser suggests whatever is three letters away.
  static func withoutDangerousSuggestion(_ text: String) -> String {
    let near = text.replacing(/'(-[^' ]*)'\. Did you mean '([^']*)'\?/) { found in
      let (typed, suggested) = (String(found.1), String(found.2))
      let isNear = !neverSuggested.contains(suggested) && NearestName.of(typed, in: [suggested], editsMax: 2) != nil
      return isNear ? String(found.0) : "'\(typed)'."
    }
    // Whatever was typed before it.
    return neverSuggested.reduce(near) { $0.replacing(" Did you mean '\($1)'?", with: "") }
  }
}
